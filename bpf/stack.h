/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* The callers of a function, as its frame pointers tell. */
#ifndef UPROBE_STACK_H
#define UPROBE_STACK_H

#include "registers.h"
#include "specialised.h"

static __always_inline __u64 user_word(__u64 address)
{
	__u64 word = 0;

	bpf_probe_read_user(&word, sizeof(word), (void *)address);
	return word;
}

/*
 * At a function's first instruction the frame is still the caller's, so frame pointers lead to the caller's caller.
 * Some kernels add the caller of some functions (x86, 6.12), so it is kept apart and the agent puts the two together.
 */
static __always_inline void capture_stack(void *ctx, struct event *event)
{
	struct stack_slot *slot = (void *)event + config.stack.offset;

	if (!config.stack.frames)
		return;
	long length = bpf_get_stack(ctx, slot->addresses, config.stack.frames * sizeof(__u64), BPF_F_USER_STACK);

	slot->length = length < 0 ? 0 : length;
	slot->reserved = 0;
	slot->caller = 0;
	slot->framed = 0;
	if (config.stack.at_function) {
		slot->caller = RETURN_ADDRESS(ctx);
		slot->framed = user_word(READ_REGISTER(ctx, FRAME_POINTER) + sizeof(__u64));
	}
}

#endif
