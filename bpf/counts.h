/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What becomes of the hits. */
#ifndef UPROBE_COUNTS_H
#define UPROBE_COUNTS_H

#include <linux/bpf.h>
#include <linux/types.h>

#include <bpf/bpf_helpers.h>

#include "event.h"

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct counters);
} uprobe_counts SEC(".maps");

/*
 * Counters are per CPU, yet a program may be preempted by another hit on the same CPU: hence
 * atomic.
 */
#define COUNT(field)                                                                     \
	do {                                                                             \
		__u32 key_ = 0;                                                          \
		struct counters *counters_ = bpf_map_lookup_elem(&uprobe_counts, &key_); \
		if (counters_)                                                           \
			__sync_fetch_and_add(&counters_->field, 1);                      \
	} while (0)

#endif
