/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the agent says of a place where a program is attached: by its attach cookie (kernel 5.15). On older kernels the agent
 * loads a copy of the program for each place, and writes the place into its config.
 */
#ifndef UPROBE_SITE_H
#define UPROBE_SITE_H

#include "specialised.h"

/* The low half is the function's number in the probe. */

/* A return instruction, not a return probe: the return address is still on the stack. */
#define SITE_RETURN_INSTRUCTION (1ULL << 32)

/* In a function of Go, whose calls belong to goroutines and not to threads. */
#define SITE_GO (1ULL << 33)

/* Code that other functions run as well: this one is left here only if it was entered at this place of the stack. */
#define SITE_SHARED (1ULL << 34)

/* In a function that is also left in code that others share, so its entries are kept. */
#define SITE_KEPT (1ULL << 35)

/* The first instruction of a function that jumps back to it. */
#define SITE_REPEATED (1ULL << 36)

/* From this bit on: which of the probe's places a static probe is. */
#define SITE_USDT_SHIFT 40

/* From this bit on: which of the probe's jumps this one is. */
#define SITE_JUMP_SHIFT 40

static __always_inline __u64 site(void *ctx)
{
	return config.has_cookie ? bpf_get_attach_cookie(ctx) : config.site;
}

/* The function as events have it. */
static __always_inline __u32 function_at(__u64 site)
{
	return (__u32)site;
}

#endif
