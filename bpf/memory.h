/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Reading the memory of the program that hit the probe. */
#ifndef UPROBE_MEMORY_H
#define UPROBE_MEMORY_H

#include <linux/bpf.h>
#include <linux/types.h>
#include <stdbool.h>

#include <bpf/bpf_helpers.h>

#include "specialised.h"
#include "user_memory.h"

/* How something is read; bits. */
#define RETURNING 1 /* the function returns; otherwise it is entered */
#define MAY_SLEEP                                                                                  \
	2 /* not while a record of the ring buffer is reserved: it would hold up the events of all \
	     probes */

/* A page of every kernel begins at a multiple of this. */
#define SMALLEST_PAGE 4096

/*
 * Nothing looks at a page's content before the program does, so it may not be in memory yet.
 * Programs that may sleep (kernel 6.0) wait for it, as the traced program would.
 */
static __always_inline bool may_wait(__u32 how)
{
	return config.can_sleep && how & MAY_SLEEP;
}

/* Reads memory of a known length; false where the program itself could not. */
static __always_inline bool read_user(void *to, __u32 size, __u64 address, __u32 how)
{
	if (!copy_user(to, size, (void *)address))
		return true;
	return may_wait(how) && !bpf_copy_from_user(to, size, (void *)address);
}

/* A word that is in memory; 0 where it is not. */
static __always_inline __u64 user_word(__u64 address)
{
	__u64 word = 0;

	copy_user(&word, sizeof(word), (void *)address);
	return word;
}

/*
 * Reads a string that was not all in memory. A further page is asked for only where the string goes
 * on behind the one before: the program need not have one there. Written out, for the verifier
 * follows every round of a loop.
 */
static __noinline long wait_for_string(void *to, __u32 size, __u64 address)
{
	__u64 second = (address | (SMALLEST_PAGE - 1)) + 1, third = second + SMALLEST_PAGE;

	if (!size || bpf_copy_from_user(to, 1, (void *)address))
		return -1;
	if (copy_user_string(to, size, (void *)address) >= 0)
		goto read;
	if (second - address >= size || bpf_copy_from_user(to, 1, (void *)second))
		return -1;
	if (copy_user_string(to, size, (void *)address) >= 0)
		goto read;
	if (third - address >= size || bpf_copy_from_user(to, 1, (void *)third))
		return -1;
read:
	return copy_user_string(to, size, (void *)address);
}

/* Reads a string as bpf_probe_read_user_str does, of at most two pages and two bytes. */
static __always_inline long read_user_string(void *to, __u32 size, __u64 address, __u32 how)
{
	long length = copy_user_string(to, size, (void *)address);

	if (length < 0 && may_wait(how))
		length = wait_for_string(to, size, address);
	return length;
}

#endif
