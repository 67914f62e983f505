/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Which call it is that is entered or returns. */
#ifndef UPROBE_CALLS_H
#define UPROBE_CALLS_H

#include "event.h"
#include "registers.h"
#include "select.h"
#include "site.h"

/*
 * A recursive function has several calls running at a time, each with its return address at a place of its own.
 * Where that is on the stack tells them apart.
 */
struct call {
	__u64 runner; /* the thread with its process; of Go: the goroutine, marked */
	__u64 place;  /* the stack pointer at entry, and the function; of Go: the process, and how deep in the goroutine's stack */
};

/* Addresses of user space leave the upper bits free. */
#define FUNCTION_SHIFT 48

/* No process id has this bit. */
#define GOROUTINE (1ULL << 63)

/* struct g of Go's runtime begins with its stack's bounds: lo, hi. */
#define GOROUTINE_STACK_HI 8

/*
 * A goroutine goes on on another thread, and its stack moves when it grows. What stays is how far a call is from
 * where the stack begins.
 */
static __always_inline bool go_call(void *ctx, struct hit *hit, __u64 stack_pointer, struct call *call)
{
	__u64 goroutine = READ_REGISTER(ctx, GOROUTINE_REGISTER);
	__u64 high = 0;

	if (bpf_probe_read_user(&high, sizeof(high), (void *)(goroutine + GOROUTINE_STACK_HI)))
		return false;
	call->runner = goroutine | GOROUTINE;
	call->place = (hit->thread >> 32 << 32) | (__u32)(high - stack_pointer);
	return true;
}

/* Which call, of which function, is entered or returns here; false where that cannot be read. */
static __always_inline bool call_at(void *ctx, struct hit *hit, bool at_return, struct call *call)
{
	__u64 here = site(ctx);
	__u64 stack_pointer = READ_REGISTER(ctx, STACK_POINTER);

	hit->function = function_at(here);
	if (at_return && !(here & SITE_RETURN_INSTRUCTION))
		stack_pointer -= STACK_POPPED_BY_RETURN;
	if (here & SITE_GO)
		return go_call(ctx, hit, stack_pointer, call);
	call->runner = hit->thread;
	/* A tail call is at the same place as its caller's call: another function of the probe tells them apart. */
	call->place = stack_pointer ^ here << FUNCTION_SHIFT;
	return true;
}

#endif
