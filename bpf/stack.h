/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The callers of a function, as its frame pointers tell. */
#ifndef UPROBE_STACK_H
#define UPROBE_STACK_H

#include <linux/bpf.h>
#include <linux/types.h>

#include <bpf/bpf_helpers.h>

#include "event.h"
#include "memory.h"
#include "registers.h"
#include "site.h"
#include "specialised.h"

/* Returns how many bytes of addresses there are. */
static __always_inline __u32 walk(void *ctx, __u64 *addresses, __u32 frames)
{
	long length = bpf_get_stack(ctx, addresses, frames * sizeof(__u64), BPF_F_USER_STACK);

	return length < 0 ? 0 : length;
}

/*
 * At a function's first instruction the frame is still the caller's, so frame pointers lead to the
 * caller's caller. Some kernels add the caller of some functions (x86, 6.12), so it is kept apart
 * and the agent puts the two together.
 */
static __always_inline void stack_at_entry(void *ctx, struct stack_slot *slot)
{
	slot->length = walk(ctx, slot->addresses, config.stack.frames);
	slot->caller = 0;
	slot->framed = 0;
	if (config.stack.at_function) {
		slot->caller = RETURN_ADDRESS(ctx);
		slot->framed = user_word(READ_REGISTER(ctx, FRAME_POINTER) + sizeof(__u64));
	}
}

/*
 * When a function returns, the frame is its caller's again. A return instruction is still an
 * address in the function: the one that it goes to takes its place.
 */
static __always_inline __u32 walk_callers(void *ctx, __u64 *addresses, __u32 frames)
{
	__u32 length = walk(ctx, addresses, frames);

	if (length && SITE_HAS(site(ctx), SITE_RETURN_INSTRUCTION))
		addresses[0] = RETURN_ADDRESS(ctx);
	return length;
}

/* The stack of an event that knows one moment only; at a return it begins with the caller. */
static __always_inline void capture_stack(void *ctx, struct event *event, __u32 how)
{
	struct stack_slot *slot = (void *)event + config.stack.offset;

	if (!config.stack.frames)
		return;
	slot->reserved = 0;
	if (!(how & RETURNING)) {
		stack_at_entry(ctx, slot);
		return;
	}
	slot->length = walk_callers(ctx, slot->addresses, config.stack.frames);
	slot->caller = 0;
	slot->framed = 0;
}

/*
 * The stack of a call is that of its entry. Its callers are the same when it returns, so they are
 * looked at then: only once it is decided that the call is sent. A running call keeps zeroes where
 * nothing is written.
 */
static __always_inline void begin_stack(void *ctx, struct event *event)
{
	struct stack_slot *slot = (void *)event + config.stack.offset;

	if (config.stack.frames)
		slot->addresses[0] = READ_REGISTER(ctx, INSTRUCTION_POINTER);
}

static __always_inline void complete_stack(void *ctx, struct event *event)
{
	struct stack_slot *slot = (void *)event + config.stack.offset;

	if (!config.stack.frames)
		return;
	slot->length = sizeof(__u64);
	if (config.stack.frames > 1)
		slot->length += walk_callers(ctx, &slot->addresses[1], config.stack.frames - 1);
}

#endif
