/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Counts and distributions that are kept here instead of sending an event for each call. */
#ifndef UPROBE_AGGREGATE_H
#define UPROBE_AGGREGATE_H

#include <linux/bpf.h>
#include <linux/types.h>
#include <stdbool.h>

#include <bpf/bpf_helpers.h>

#include "atomic.h"
#include "config.h"
#include "counts.h"
#include "event.h"
#include "operand.h"
#include "select.h"
#include "site.h"
#include "specialised.h"

/* What is kept of a group's calls, one a CPU; it begins as zeroes. */
struct group {
	__u64 sum;
	/*
	 * the greatest number; of signed numbers with the sign bit flipped, so that 0 is the least
	 */
	__u64 highest;
	__u64 buckets[]; /* as many as the config says */
};

/* How a group's key holds a string. */
struct text_key {
	char text[MAX_TEXT_KEY];
	__u8 state;
	__u8 reserved[7];
};

enum text_state {
	TEXT_WHOLE,
	TEXT_CUT, /* there is more than the text */
	TEXT_NULL,
	TEXT_UNREADABLE,
};

#define MAX_GROUP_KEY (MAX_KEYS * sizeof(struct text_key))

/* The agent sets the sizes; a probe that sends events has no such map. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(max_entries, 1);
	__uint(key_size, sizeof(__u64));
	__uint(value_size, sizeof(struct group) + sizeof(__u64));
} uprobe_groups SEC(".maps");

/* A zeroed value that a new group starts from. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__uint(value_size, sizeof(struct group) + sizeof(__u64));
} uprobe_no_group SEC(".maps");

/* An event that is never sent: the values of a call that has no entry in `uprobe_calls`. */
struct aggregated {
	struct event event;
	__u64 slots[(sizeof(__u64) +
		     MAX_KEYS * (sizeof(struct memory_slot) + sizeof(struct text_key))) /
		    sizeof(__u64)];
};

/* The number of the highest bit that is set; of 0 it is 0. */
static __noinline __u32 highest_bit(__u64 number)
{
	__u32 bit = 0;

#pragma unroll
	for (int step = 32; step; step /= 2) {
		if (number >> step) {
			number >>= step;
			bit += step;
		}
	}
	return bit;
}

/* Bucket 0 is for negative numbers, 1 for zero, and then there is one for each power of two. */
static __always_inline __u32 power_bucket(__u64 number, bool is_signed)
{
	if (is_signed && (__s64)number < 0)
		return 0;
	return number ? highest_bit(number) + 2 : 1;
}

/* The first bucket is for what is less than the others, the last for what is more. */
static __always_inline __u32 linear_bucket(__u64 number, bool is_signed)
{
	__u64 from = config.aggregation.from, bucket;

	if (is_signed ? (__s64)number < (__s64)from : number < from)
		return 0;
	bucket = (number - from) / config.aggregation.width + 1;
	return bucket < config.aggregation.buckets ? bucket : config.aggregation.buckets - 1;
}

/* Reads the aggregated number; false where the program's memory did not hold it. */
static __always_inline bool aggregated_number(struct event *event, __u64 *number)
{
	const volatile struct aggregation *of = &config.aggregation;

	if (of->number.source == SOURCE_DURATION) {
		*number = event->duration_ns;
		return true;
	}
	if (event->unreadable & of->unreadable)
		return false;
	*number = extended(*(__u64 *)((void *)event + of->offset), of->number.bytes,
			   of->number.is_signed);
	return true;
}

static __always_inline void fill_text_key(struct text_key *key, struct event *event,
					  const volatile struct group_key *from)
{
	struct memory_slot *slot = (void *)event + from->offset;

	if (event->unreadable & from->unreadable) {
		key->state = TEXT_UNREADABLE;
		return;
	}
	if (slot->memory == MEMORY_NULL) {
		key->state = TEXT_NULL;
		return;
	}
	/*
	 * One byte more than the text, and the NUL, to tell a text that just fits; both lie in what
	 * follows it.
	 */
	long length = bpf_probe_read_kernel_str(key->text, MAX_TEXT_KEY + 2, slot->data);

	key->state = length == MAX_TEXT_KEY + 2 ? TEXT_CUT : TEXT_WHOLE;
}

static __always_inline void fill_sized_text_key(struct text_key *key, struct event *event,
						const volatile struct group_key *from)
{
	struct memory_slot *slot = (void *)event + from->offset;
	__u32 length = slot->length;

	if (event->unreadable & from->unreadable) {
		key->state = TEXT_UNREADABLE;
		return;
	}
	key->state = length > MAX_TEXT_KEY ? TEXT_CUT : TEXT_WHOLE;
	if (length > MAX_TEXT_KEY)
		length = MAX_TEXT_KEY;
	bpf_probe_read_kernel(key->text, length, slot->data);
}

/* Says who the call belongs to; false where the program's memory did not hold it. */
static __always_inline bool fill_key(void *ctx, void *key, struct hit *hit, struct event *event)
{
#pragma unroll
	for (int i = 0; i < MAX_KEYS; i++) {
		const volatile struct group_key *from = &config.aggregation.keys[i];
		void *to = key + from->at;

		switch (from->kind) {
		case GROUP_BY_NUMBER:
			if (event->unreadable & from->unreadable)
				return false;
			*(__u64 *)to = extended(*(__u64 *)((void *)event + from->offset),
						from->number.bytes, from->number.is_signed);
			break;
		case GROUP_BY_TEXT: fill_text_key(to, event, from); break;
		case GROUP_BY_SIZED_TEXT: fill_sized_text_key(to, event, from); break;
		case GROUP_BY_COMM: bpf_get_current_comm(to, COMM_LENGTH); break;
		case GROUP_BY_PROCESS: *(__u64 *)to = hit->thread >> 32; break;
		case GROUP_BY_CONTAINER:
			*(__u64 *)to = hit->mount_namespace ?: mount_namespace();
			break;
		case GROUP_BY_FUNCTION: *(__u64 *)to = function_at(site(ctx)); break;
		default: return true;
		}
	}
	return true;
}

static __always_inline struct group *find_group(void *key)
{
	__u32 zero = 0;
	struct group *group = bpf_map_lookup_elem(&uprobe_groups, key);

	if (group)
		return group;
	void *none = bpf_map_lookup_elem(&uprobe_no_group, &zero);
	if (none)
		/* Another CPU may have been faster: what is there stays. */
		bpf_map_update_elem(&uprobe_groups, key, none, BPF_NOEXIST);
	return bpf_map_lookup_elem(&uprobe_groups, key);
}

/*
 * Adds a call to its group. A group is per CPU, yet a program may be preempted by another hit on
 * the same CPU: hence atomic.
 */
static __always_inline void aggregate(void *ctx, struct hit *hit, struct event *event)
{
	const volatile struct aggregation *of = &config.aggregation;
	__u64 key[MAX_GROUP_KEY / sizeof(__u64)] = {};
	__u64 number = 0;
	__u32 bucket = 0;

	if (of->number.source && !aggregated_number(event, &number)) {
		COUNT(lost);
		return;
	}
	struct group *group = fill_key(ctx, key, hit, event) ? find_group(key) : 0;
	if (!group) {
		COUNT(lost);
		return;
	}
	if (of->number.source) {
		__u64 ordered = of->number.is_signed ? number ^ 1ULL << 63 : number;

		__sync_fetch_and_add(&group->sum, number);
		raise(&group->highest, ordered);
		bucket = of->width ? linear_bucket(number, of->number.is_signed) :
				     power_bucket(number, of->number.is_signed);
	}
	if (bucket < of->buckets)
		__sync_fetch_and_add(&group->buckets[bucket], 1);
}

#endif
