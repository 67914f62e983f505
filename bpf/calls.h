/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Which call it is that is entered or returns. */
#ifndef UPROBE_CALLS_H
#define UPROBE_CALLS_H

#include <linux/bpf.h>
#include <linux/types.h>
#include <stdbool.h>

#include <bpf/bpf_helpers.h>

#include "event.h"
#include "memory.h"
#include "registers.h"
#include "select.h"
#include "site.h"
#include "stack.h"

/*
 * A recursive function has several calls running at a time, each with its return address at a place
 * of its own. Where that is on the stack tells them apart.
 */
struct call {
	__u64 runner; /* the thread with its process; of Go: the goroutine, marked */
	/*
	 * the stack pointer at entry, and the function; of Go: the process, and how deep in the
	 * goroutine's stack
	 */
	__u64 place;
};

/* Addresses of user space leave the upper bits free. */
#define FUNCTION_SHIFT 48

enum runner_bit {
	RUNNER_GOROUTINE = 63, /* marks a goroutine: no process id has this bit */
};

/* struct g of Go's runtime begins with its stack's bounds: lo, hi. */
#define GOROUTINE_STACK_HI 8

/*
 * A goroutine goes on on another thread, and its stack moves when it grows. What stays is how far a
 * call is from where the stack begins.
 */
static __always_inline bool go_call(void *ctx, struct hit *hit, __u64 stack_pointer,
				    struct call *call)
{
	__u64 goroutine = READ_REGISTER(ctx, GOROUTINE_REGISTER);
	__u64 high = 0;

	if (!read_user(&high, sizeof(high), goroutine + GOROUTINE_STACK_HI, MAY_SLEEP))
		return false;
	call->runner = goroutine | 1ULL << RUNNER_GOROUTINE;
	call->place = (hit->thread >> 32 << 32) | (__u32)(high - stack_pointer);
	return true;
}

/* Which call, of which function, is entered or returns here; false where that cannot be read. */
static __always_inline bool call_at(void *ctx, struct hit *hit, bool at_return, struct call *call)
{
	__u64 here = hit->site;
	__u64 stack_pointer = READ_REGISTER(ctx, STACK_POINTER);

	hit->function = function_at(here);
	if (at_return && !SITE_HAS(here, SITE_RETURN_INSTRUCTION))
		stack_pointer -= STACK_POPPED_BY_RETURN;
	if (SITE_HAS(here, SITE_GO))
		return go_call(ctx, hit, stack_pointer, call);
	call->runner = hit->thread;
	/*
	 * A tail call is at the same place as its caller's call: another function of the probe
	 * tells them apart.
	 */
	call->place = stack_pointer ^ here << FUNCTION_SHIFT;
	return true;
}

/*
 * The calls of a Return probe whose entries are kept, with the address that each returns to. What
 * left by an exception stays until there is no more room.
 */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1);
	__type(key, struct call);
	__type(value, __u64);
} uprobe_entered SEC(".maps");

/* The functions that are about to go on at their own first instruction: no call. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, struct call);
	__type(value, __u32);
} uprobe_repeats SEC(".maps");

/*
 * Where the kernel has put its own return address on the stack, for a return probe: on a page at
 * the end of the address space, unless that is taken (kernel/events/uprobes.c, xol_add_vma).
 */
#if defined(__TARGET_ARCH_x86)
#define IS_TRAMPOLINE(address) ((address) >> 12 == 0x7fffffffe || (address) >> 12 == 0xffffffffffe)
#else
#define IS_TRAMPOLINE(address) \
	(((address) | 0xffff) == 0xffffffffffff || ((address) | 0xffff) == 0x7fffffffff)
#endif

/*
 * Whether the call that returns here is the one that was entered: another one may have left this
 * place unseen.
 */
static __always_inline bool same_caller(void *ctx, __u64 return_address)
{
	__u64 here = RETURN_ADDRESS(ctx);

	return here == return_address || IS_TRAMPOLINE(here);
}

/*
 * Whether a hit of the first instruction is no call, but the function itself that begins once more.
 */
static __always_inline bool repeats(void *ctx, struct hit *hit)
{
	struct call call = {};

	if (!SITE_HAS(hit->site, SITE_REPEATED) || !call_at(ctx, hit, false, &call))
		return false;
	return !bpf_map_delete_elem(&uprobe_repeats, &call);
}

/*
 * Whether a Return probe's function returns here, or leaves: not if another one runs the same code.
 */
static __always_inline bool returns_here(void *ctx, struct hit *hit)
{
	__u64 here = hit->site;
	struct call call = {};

	if (!(here & (1ULL << SITE_SHARED | 1ULL << SITE_KEPT)))
		return true;
	if (!call_at(ctx, hit, true, &call))
		return false;
	__u64 *return_address = bpf_map_lookup_elem(&uprobe_entered, &call);
	bool known = return_address && same_caller(ctx, *return_address);
	if (return_address)
		bpf_map_delete_elem(&uprobe_entered, &call);
	return known || !SITE_HAS(here, SITE_SHARED);
}

#endif
