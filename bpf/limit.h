/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* How many events a probe sends. */
#ifndef UPROBE_LIMIT_H
#define UPROBE_LIMIT_H

#include <linux/bpf.h>
#include <linux/types.h>
#include <stdbool.h>

#include <bpf/bpf_helpers.h>

#include "atomic.h"
#include "specialised.h"

#define SECOND 1000000000ULL

struct budget {
	/* an event moves it on by its interval, and must not move it beyond the present */
	__u64 spent_until_ns;
	__u64 candidates; /* those that sampling chooses from */
};

/*
 * One for all CPUs. Without atomics two of them that come at the very same time may take one token,
 * or one sample.
 */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct budget);
} uprobe_budgets SEC(".maps");

static __always_inline bool sampled(void)
{
	__u32 key = 0;

	if (config.limit.sample_every <= 1)
		return true;
	struct budget *budget = bpf_map_lookup_elem(&uprobe_budgets, &key);
	if (!budget)
		return true;
	return fetch_and_add(&budget->candidates, 1) % config.limit.sample_every == 0;
}

/* A token bucket that holds what one second gives. */
static __always_inline bool affordable(void)
{
	__u32 key = 0;

	if (!config.limit.interval_ns)
		return true;
	struct budget *budget = bpf_map_lookup_elem(&uprobe_budgets, &key);
	if (!budget)
		return true;
	__u64 now = bpf_ktime_get_ns();
	for (int i = 0; i < MAX_TRIES; i++) {
		__u64 before = *(volatile __u64 *)&budget->spent_until_ns;
		__u64 from = before < now - SECOND ? now - SECOND : before;

		if (from + config.limit.interval_ns > now)
			return false;
		if (compare_and_exchange(&budget->spent_until_ns, before,
					 from + config.limit.interval_ns) == before)
			return true;
	}
	return false;
}

#endif
