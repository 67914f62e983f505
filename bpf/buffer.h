/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The ring buffer of all probes, and when its reader is woken. */
#ifndef UPROBE_BUFFER_H
#define UPROBE_BUFFER_H

#include <linux/bpf.h>
#include <linux/types.h>

#include <bpf/bpf_helpers.h>

#include "event.h"
#include "specialised.h"

/* All probes share this buffer; the agent sets its size. */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} uprobe_events SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, struct reader);
} uprobe_readers SEC(".maps");

/*
 * Of events up to this size so many are sent without a look at how full the buffer is, on average.
 */
#define SMALL_EVENT 1024
#define SENT_UNSEEN 16

/*
 * Waking the reader costs more than the event itself: only when the buffer fills up while the
 * reader is busy. The lower bits of the time choose the events that look.
 */
static __always_inline __u64 wake_up(__u64 time_ns)
{
	if (config.event_size <= SMALL_EVENT && time_ns % SENT_UNSEEN)
		return BPF_RB_NO_WAKEUP;
	if (bpf_ringbuf_query(&uprobe_events, BPF_RB_AVAIL_DATA) >= config.wake_at)
		return BPF_RB_FORCE_WAKEUP;
	return BPF_RB_NO_WAKEUP;
}

/*
 * Wakes a reader that went to sleep. It comes after the event is committed: the reader says that it
 * sleeps, then looks into the buffer once more, so one of the two always sees the other. A
 * discarded record carries the wake-up.
 */
static __always_inline void wake_sleeper(void)
{
	__u32 key = 0;
	volatile struct reader *reader = bpf_map_lookup_elem(&uprobe_readers, &key);

	if (!reader || !reader->asleep)
		return;
	reader->asleep = 0;
	void *carrier = bpf_ringbuf_reserve(&uprobe_events, sizeof(__u64), 0);
	if (carrier)
		bpf_ringbuf_discard(carrier, BPF_RB_FORCE_WAKEUP);
}

#endif
