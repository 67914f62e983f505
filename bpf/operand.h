/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Numbers: arguments, return values, and what they point to. */
#ifndef UPROBE_OPERAND_H
#define UPROBE_OPERAND_H

#include <linux/bpf.h>
#include <linux/types.h>
#include <stdbool.h>

#include <bpf/bpf_helpers.h>

#include "config.h"
#include "event.h"
#include "memory.h"
#include "process.h"
#include "registers.h"
#include "specialised.h"
#include "usdt.h"
#include "user_memory.h"

static __always_inline bool argument(void *ctx, __u32 index, __u64 *number, __u32 how)
{
	if (config.convention == CONVENTION_USDT)
		return usdt_argument(ctx, index, number, how);
	if (config.convention == CONVENTION_GO) {
		*number = go_register(ctx, index);
		return true;
	}
	if (index <= REGISTER_ARGUMENTS) {
		*number = argument_register(ctx, index);
		return true;
	}
	__u64 at = READ_REGISTER(ctx, STACK_POINTER) + STACK_ARGUMENTS_AT +
		   (index - REGISTER_ARGUMENTS - 1) * sizeof(__u64);
	return read_user(number, sizeof(*number), at, how);
}

static __always_inline __u64 returned(void *ctx, __u32 index)
{
	if (config.convention == CONVENTION_GO)
		return go_register(ctx, index);
	return READ_REGISTER(ctx, RETURN_REGISTER);
}

/* Takes the bytes that the type has, and extends them as its sign asks. */
static __always_inline __u64 extended(__u64 number, __u32 bytes, bool is_signed)
{
	__u32 unused = 64 - 8 * bytes;

	if (is_signed)
		return (__u64)((__s64)(number << unused) >> unused);
	return number << unused >> unused;
}

/*
 * Where the steps of an operand begin. When a function returns, its arguments are gone from their
 * registers: a running call keeps those that are needed then.
 */
static __always_inline bool origin(void *ctx, const volatile struct operand *operand,
				   struct event *event, __u32 how, __u64 *number)
{
	switch (operand->source) {
	case SOURCE_ARGUMENT:
		if (!(how & RETURNING))
			return argument(ctx, operand->index, number, how);
		if (!event || !operand->kept)
			return false;
		*number = *(__u64 *)((void *)event + operand->kept);
		return true;
	case SOURCE_RETURN_VALUE: *number = returned(ctx, operand->index); return true;
	case SOURCE_DURATION: *number = event ? event->duration_ns : 0; return true;
	case SOURCE_PROCESS_ID: *number = current_thread() >> 32; return true;
	default: *number = (__u32)current_thread(); return true;
	}
}

/* Keeps an argument for the return of a call that has just begun. */
static __always_inline void keep(void *ctx, const volatile struct operand *operand,
				 struct event *event)
{
	__u64 number = 0;

	if (operand->source != SOURCE_ARGUMENT || !operand->kept)
		return;
	argument(ctx, operand->index, &number, MAY_SLEEP);
	*(__u64 *)((void *)event + operand->kept) = number;
}

/* Follows the steps of an operand from their origin; each reads what the next one begins at. */
static __always_inline bool follow(const volatile struct operand *operand, __u64 *number,
				   bool waits)
{
#pragma unroll
	for (int i = 0; i < MAX_STEPS; i++) {
		__u64 next = 0;

		if (i >= operand->steps)
			break;
		__u32 bytes = i + 1 == operand->steps ? operand->bytes : sizeof(next);
		void *address = (void *)(*number + operand->offsets[i]);
		if (bytes > sizeof(next))
			return false;
		if (waits ? bpf_copy_from_user(&next, bytes, address) :
			    copy_user(&next, bytes, address))
			return false;
		*number = next;
	}
	return true;
}

/*
 * Reads a number, upper bits as the program left them. Where a step finds no page, all of them are
 * done anew: a second try at each would be one more way for each to the verifier.
 *
 * event: of a running call; may be null at a function's entry
 */
static __noinline bool read_number(void *ctx, const volatile struct operand *operand,
				   struct event *event, __u32 how, __u64 *number)
{
	if (!origin(ctx, operand, event, how, number))
		return false;
	__u64 from = *number;
	if (!follow(operand, number, false)) {
		*number = from;
		if (!may_wait(how) || !follow(operand, number, true))
			return false;
	}
	*number += operand->plus;
	return true;
}

#endif
