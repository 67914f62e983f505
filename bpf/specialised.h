/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the agent wrote for this probe; the verifier knows it as constants. */
#ifndef UPROBE_SPECIALISED_H
#define UPROBE_SPECIALISED_H

#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

#include "config.h"

/*
 * A section of its own, so that the agent finds the config at offset 0 whatever else is read-only.
 */
const volatile struct config config SEC(".rodata.uprobe");

/*
 * Keeps a program on the stack of the thread that it runs on. Otherwise the JIT of x86-64 gives it
 * a stack of its own, one a CPU (kernel 6.13). A run that is preempted would share that with the
 * next one, for uprobe programs may be preempted. A program that has a tail call gets none, even
 * where the call can never be made (kernel/bpf/verifier.c, check_max_stack_depth). This call names
 * no map, so sleepable programs may have it too.
 */
static __always_inline void stay_on_thread_stack(void *ctx)
{
	if (config.never)
		bpf_tail_call(ctx, 0, 0);
}

#endif
