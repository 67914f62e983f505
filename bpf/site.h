/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the agent says of a place where a program is attached: by its attach cookie (kernel 5.15).
 * On older kernels the agent loads a copy of the program for each place, and writes the place into
 * its config.
 */
#ifndef UPROBE_SITE_H
#define UPROBE_SITE_H

#include <linux/bpf.h>
#include <linux/types.h>

#include <bpf/bpf_helpers.h>

#include "specialised.h"

/* The bits of a site. Below them is the function's number in the probe. */
enum site_bit {
	/* a return instruction, not a return probe: the return address is on the stack */
	SITE_RETURN_INSTRUCTION = 32,
	SITE_GO = 33, /* in a function of Go, whose calls belong to goroutines and not to threads */
	/*
	 * code that other functions run too: left here only if entered at this place of the stack
	 */
	SITE_SHARED = 34,
	/* in a function that is also left in code that others share, so its entries are kept */
	SITE_KEPT = 35,
	SITE_REPEATED = 36, /* the first instruction of a function that jumps back to it */
	/* from here on: which of the probe's static places this is, or which of its jumps */
	SITE_NUMBER = 40,
};

static __always_inline __u64 site(void *ctx)
{
	return config.has_cookie ? bpf_get_attach_cookie(ctx) : config.site;
}

#define SITE_HAS(site, bit) ((1ULL << (bit)) & (site))

/* Which of the probe's static places, or which of its jumps. */
static __always_inline __u32 site_number(__u64 site)
{
	return site >> SITE_NUMBER;
}

/* The function as events have it. */
static __always_inline __u32 function_at(__u64 site)
{
	return (__u32)site;
}

#endif
