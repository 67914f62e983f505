/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Numbers that several runs of a program change at once, on one CPU or on many. */
#ifndef UPROBE_ATOMIC_H
#define UPROBE_ATOMIC_H

#include <linux/types.h>

#include <bpf/bpf_helpers.h>

/*
 * Kernels before 5.12 add atomically, and can do no more; they refuse the instructions even where
 * they never run. So the object is compiled twice, and the agent loads the one that the kernel
 * takes. No kernel without these instructions lets a uprobe program be preempted
 * (Documentation/bpf/standardization/instruction-set.rst, "Atomic operations").
 *
 * The instructions are spelled in bytes: clang has them from -mcpu=v3 on only, which changes all
 * other code as well.
 */
#ifdef HAS_ATOMICS

/*
 * Stores `wanted` where there is `expected`, and returns what was there: BPF_ATOMIC | BPF_CMPXCHG
 * on r1, by r0 and r2.
 */
static __always_inline __u64 compare_and_exchange(__u64 *where, __u64 expected, __u64 wanted)
{
	register __u64 found asm("r0") = expected;
	register __u64 *at asm("r1") = where;
	register __u64 with asm("r2") = wanted;

	asm volatile(".8byte 0x000000f1000021db" : "+r"(found) : "r"(at), "r"(with) : "memory");
	return found;
}

/* Adds, and returns what was there before: BPF_ATOMIC | BPF_ADD | BPF_FETCH on r1, by r2. */
static __always_inline __u64 fetch_and_add(__u64 *where, __u64 number)
{
	register __u64 *at asm("r1") = where;
	register __u64 with asm("r2") = number;

	asm volatile(".8byte 0x00000001000021db" : "+r"(with) : "r"(at) : "memory");
	return with;
}

#else

/* Another CPU may come between the two steps. */
static __always_inline __u64 compare_and_exchange(__u64 *where, __u64 expected, __u64 wanted)
{
	__u64 found = *(volatile __u64 *)where;

	if (found == expected)
		*(volatile __u64 *)where = wanted;
	return found;
}

static __always_inline __u64 fetch_and_add(__u64 *where, __u64 number)
{
	__u64 found = *(volatile __u64 *)where;

	__sync_fetch_and_add(where, number);
	return found;
}

#endif

/* How often a change is tried again that others came before. */
#define MAX_TRIES 16

/* Raises a number to another, if that is greater. */
static __always_inline void raise(__u64 *where, __u64 to)
{
	for (int i = 0; i < MAX_TRIES; i++) {
		__u64 before = *(volatile __u64 *)where;

		if (to <= before || compare_and_exchange(where, before, to) == before)
			return;
	}
}

#endif
