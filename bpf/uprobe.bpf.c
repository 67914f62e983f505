// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* The program behind every probe: one object a probe, specialised by its config. */
#include <linux/bpf.h>
#include <linux/types.h>
#include <stdbool.h>

#include <bpf/bpf_helpers.h>

#include "buffer.h"
#include "capture.h"
#include "config.h"
#include "counts.h"
#include "event.h"
#include "registers.h"
#include "select.h"
#include "stack.h"
#include "where.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

/*
 * Types that no map or global names would be missing in BTF, by which a test compares them with the agent's. libbpf
 * skips a section that it does not know: this costs the kernel nothing.
 */
const union {
	struct event event;
	struct memory_slot memory_slot;
	struct stack_slot stack_slot;
	enum source source;
	enum kind kind;
	enum operator operator;
} described SEC(".described") = {};

/* A recursive function has several calls running in one thread, each at a stack pointer of its own. */
struct call {
	__u64 thread;
	__u64 stack_pointer;
};

/* Calls that have not returned yet: the event, as far as entry knows it. The agent sets the size of a value. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, struct call);
	__uint(value_size, sizeof(struct event));
} calls SEC(".maps");

/* A zeroed event that a new entry of `calls` starts from: it may be larger than the stack of a BPF program. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__uint(value_size, sizeof(struct event));
} blank SEC(".maps");

static __always_inline void fill_head(void *ctx, struct event *event, struct hit *hit)
{
	event->probe = config.probe;
	event->function = config.has_cookie ? bpf_get_attach_cookie(ctx) : FUNCTION_UNKNOWN;
	event->pid = hit->thread >> 32;
	event->tid = (__u32)hit->thread;
	event->mount_namespace = hit->mount_namespace;
	event->reserved = 0;
	event->cpu = bpf_get_smp_processor_id();
	bpf_get_current_comm(event->comm, sizeof(event->comm));
}

/* Sends one event of the present moment: a function's entry, or its return without its entry. */
static __always_inline int send(void *ctx, struct hit *hit, bool at_return)
{
	COUNT(hits);
	if (!where(ctx, at_return, 0, 0)) {
		COUNT(filtered);
		return 0;
	}
	struct event *event = bpf_ringbuf_reserve(&events, config.event_size, 0);
	if (!event) {
		COUNT(lost);
		return 0;
	}
	event->time_ns = bpf_ktime_get_ns();
	event->duration_ns = 0;
	fill_head(ctx, event, hit);
	event->unreadable = capture_all(ctx, event, at_return);
	capture_stack(ctx, event);
	bpf_ringbuf_submit(event, wake_up());
	COUNT(events);
	wake_sleeper();
	return 0;
}

SEC("uprobe")
int on_entry(void *ctx)
{
	struct hit hit = {.thread = bpf_get_current_pid_tgid()};

	if (!selected(&hit))
		return 0;
	return send(ctx, &hit, false);
}

SEC("uretprobe")
int on_return(void *ctx)
{
	struct hit hit = {.thread = bpf_get_current_pid_tgid()};

	if (!selected(&hit))
		return 0;
	return send(ctx, &hit, true);
}

SEC("uprobe")
int on_call(void *ctx)
{
	struct hit hit = {.thread = bpf_get_current_pid_tgid()};
	struct call call = {.thread = hit.thread, .stack_pointer = READ_REGISTER(ctx, STACK_POINTER)};
	__u32 key = 0;

	if (!selected(&hit))
		return 0;
	COUNT(hits);
	if (!where(ctx, false, 0, 0)) {
		/* A call that left by longjmp may have left its entry at this very place. */
		bpf_map_delete_elem(&calls, &call);
		COUNT(filtered);
		return 0;
	}
	void *zeroes = bpf_map_lookup_elem(&blank, &key);
	if (!zeroes || bpf_map_update_elem(&calls, &call, zeroes, BPF_ANY)) {
		COUNT(missed);
		return 0;
	}
	struct event *event = bpf_map_lookup_elem(&calls, &call);
	if (!event)
		return 0;
	fill_head(ctx, event, &hit);
	event->unreadable = capture_all(ctx, event, false);
	capture_stack(ctx, event);
	event->time_ns = bpf_ktime_get_ns();
	return 0;
}

SEC("uretprobe")
int on_call_return(void *ctx)
{
	__u64 now = bpf_ktime_get_ns();
	struct hit hit = {.thread = bpf_get_current_pid_tgid()};
	struct call call = {
		.thread = hit.thread,
		.stack_pointer = READ_REGISTER(ctx, STACK_POINTER) - STACK_POPPED_BY_RETURN,
	};

	if (!selected(&hit))
		return 0;
	/* None where the call began before the probe was attached, or was rejected at entry. */
	struct event *event = bpf_map_lookup_elem(&calls, &call);
	if (!event)
		return 0;
	event->duration_ns = now - event->time_ns;
	event->time_ns = now;
	event->cpu = bpf_get_smp_processor_id();
	if (!where(ctx, true, event, event->duration_ns)) {
		COUNT(filtered);
	} else {
		event->unreadable = capture_again(event, event->unreadable) | capture_all(ctx, event, true);
		if (bpf_ringbuf_output(&events, event, config.event_size, wake_up()))
			COUNT(lost);
		else
			COUNT(events);
		wake_sleeper();
	}
	bpf_map_delete_elem(&calls, &call);
	return 0;
}
