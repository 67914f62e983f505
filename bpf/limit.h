/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* How many events a probe sends. */
#ifndef UPROBE_LIMIT_H
#define UPROBE_LIMIT_H

#include "specialised.h"

#define SECOND 1000000000ULL

struct budget {
	__u64 spent_until_ns; /* an event moves it on by its interval, and must not move it beyond the present */
	__u64 candidates;     /* those that sampling chooses from */
};

/* One for all CPUs. Kernels before 5.12 can add atomically, but not learn what was there before. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct budget);
} budgets SEC(".maps");

/* CPUs that come at the very same time may take one sample too many, or too few. */
static __always_inline bool sampled(void)
{
	__u32 key = 0;

	if (config.limit.sample_every <= 1)
		return true;
	struct budget *budget = bpf_map_lookup_elem(&budgets, &key);
	if (!budget)
		return true;
	__u64 before = *(volatile __u64 *)&budget->candidates;
	__sync_fetch_and_add(&budget->candidates, 1);
	return before % config.limit.sample_every == 0;
}

/* A token bucket that holds what one second gives. CPUs that take the last token at once all go without. */
static __always_inline bool affordable(void)
{
	__u32 key = 0;

	if (!config.limit.interval_ns)
		return true;
	struct budget *budget = bpf_map_lookup_elem(&budgets, &key);
	if (!budget)
		return true;
	__u64 now = bpf_ktime_get_ns();
	volatile __u64 *spent_until = &budget->spent_until_ns;
	if (*spent_until < now - SECOND)
		*spent_until = now - SECOND;
	if (*spent_until + config.limit.interval_ns > now)
		return false;
	__sync_fetch_and_add(&budget->spent_until_ns, config.limit.interval_ns);
	if (*spent_until <= now)
		return true;
	__sync_fetch_and_add(&budget->spent_until_ns, -config.limit.interval_ns);
	return false;
}

#endif
