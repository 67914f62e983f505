// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The program behind every probe: one object a probe, specialised by its config. */
#include <linux/bpf.h>
#include <linux/types.h>
#include <stdbool.h>

#include <bpf/bpf_helpers.h>

#include "aggregate.h"
#include "buffer.h"
#include "calls.h"
#include "capture.h"
#include "config.h"
#include "counts.h"
#include "event.h"
#include "jumps.h"
#include "limit.h"
#include "memory.h"
#include "registers.h"
#include "select.h"
#include "site.h"
#include "stack.h"
#include "where.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

/*
 * A call that has not returned yet: what its entry found out. Behind the event it keeps arguments.
 */
struct running {
	struct verdict verdict;
	/* of a function that is also left in code that others share; otherwise 0 */
	__u64 return_address;
	struct event event;
};

/*
 * The agent's side of structs and enums is generated from this object's BTF (abi/GenerateAbi.java),
 * which lacks types that no map and no global names: hence this global. libbpf skips a section that
 * it does not know, so the kernel never sees it.
 */
const union {
	struct running running;
	struct memory_slot memory_slot;
	struct stack_slot stack_slot;
	enum bounds bounds;
	enum source source;
	enum kind kind;
	enum operator operator;
	enum convention convention;
	enum usdt_kind usdt_kind;
	enum memory memory;
	enum group_by group_by;
	enum text_state text_state;
	enum site_bit site_bit;
	enum runner_bit runner_bit;
	enum jump_condition jump_condition;
	enum helper_number helper_number;
	enum x86_register x86_register;
	enum arm64_register arm64_register;
	struct group group;
	struct text_key text_key;
} shared_types SEC(".shared_types") = {};

/*
 * The calls that have not returned yet; of a probe that waits for no return: events that wait for
 * memory. The agent sets the size of a value, and how many there are.
 */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, struct call);
	__uint(value_size, sizeof(struct running));
} uprobe_calls SEC(".maps");

/*
 * Zeroes that a new entry of `uprobe_calls` starts from: it may be larger than the stack of a BPF
 * program.
 */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__uint(value_size, sizeof(struct running));
} uprobe_blank SEC(".maps");

/* Whether a hit is of a selected process; then the place is known too. */
static __always_inline bool found_at(void *ctx, struct hit *hit)
{
	if (!selected(hit))
		return false;
	hit->site = site(ctx);
	return true;
}

static __always_inline void fill_head(struct event *event, struct hit *hit)
{
	event->probe = config.probe;
	event->function = hit->function;
	event->pid = hit->thread >> 32;
	event->tid = (__u32)hit->thread;
	event->mount_namespace = hit->mount_namespace;
	event->left_by = 0;
	event->cpu = bpf_get_smp_processor_id();
	bpf_get_current_comm(event->comm, sizeof(event->comm));
}

/*
 * Adds a call to its group at once. A frame of its own: conditions need the room on the stack
 * before.
 */
static __noinline int aggregate_now(void *ctx, struct hit *hit, __u32 how, __u32 unseen)
{
	struct aggregated call = {};

	call.event.unreadable = capture_now(ctx, &call.event, how) | unseen;
	aggregate(ctx, hit, &call.event);
	return 0;
}

/* Fills in what belongs to the moment, and not to the hit. */
static __always_inline void fill_moment(void *ctx, struct event *event, __u32 how, __u32 unseen)
{
	event->unreadable = capture_now(ctx, event, how) | unseen;
	capture_stack(ctx, event, how);
}

/*
 * Sends an event whose values may be on pages that are not in memory. No record of the ring buffer
 * is reserved meanwhile; the event waits in a place of its thread's own. Returns false where there
 * is no room for it.
 */
static __always_inline bool send_waiting(void *ctx, struct event *head, __u32 how, __u32 unseen)
{
	struct call place = {.runner = (__u64)head->pid << 32 | head->tid};
	__u32 key = 0;
	void *zeroes = bpf_map_lookup_elem(&uprobe_blank, &key);

	if (!zeroes || bpf_map_update_elem(&uprobe_calls, &place, zeroes, BPF_ANY))
		return false;
	struct running *waiting = bpf_map_lookup_elem(&uprobe_calls, &place);
	if (!waiting)
		return false;
	struct event *event = &waiting->event;
	*event = *head;
	bpf_ringbuf_discard(head, BPF_RB_NO_WAKEUP);
	fill_moment(ctx, event, how | MAY_SLEEP, unseen);
	if (bpf_ringbuf_output(&uprobe_events, event, config.event_size, wake_up(event->time_ns)))
		COUNT(lost);
	else
		COUNT(events);
	bpf_map_delete_elem(&uprobe_calls, &place);
	wake_sleeper();
	return true;
}

/* Sends one event of the present moment: a function's entry, or its return without its entry. */
static __always_inline int send(void *ctx, struct hit *hit, enum moment moment, __u32 left_by)
{
	__u32 how = moment == AT_ENTRY ? 0 : RETURNING;
	__u32 unseen = moment == AT_EXIT ? unseen_values() : 0;

	COUNT(hits);
	if (!where_now(ctx, moment)) {
		COUNT(filtered);
		return 0;
	}
	if (config.aggregation.buckets) {
		aggregate_now(ctx, hit, how | MAY_SLEEP, unseen);
		return 0;
	}
	if (!sampled() || !affordable()) {
		COUNT(limited);
		return 0;
	}
	struct event *event = bpf_ringbuf_reserve(&uprobe_events, config.event_size, 0);
	if (!event) {
		COUNT(lost);
		return 0;
	}
	event->time_ns = bpf_ktime_get_ns();
	event->duration_ns = 0;
	hit->function = function_at(hit->site);
	fill_head(event, hit);
	event->left_by = left_by;
	fill_moment(ctx, event, how, unseen);
	/*
	 * Read anew from memory: the verifier would follow every way to every value of one that it
	 * knows.
	 */
	__u32 unreadable = *(volatile __u32 *)&event->unreadable;
	if (config.can_sleep && unreadable & ~unseen && send_waiting(ctx, event, how, unseen))
		return 0;
	bpf_ringbuf_submit(event, wake_up(event->time_ns));
	COUNT(events);
	wake_sleeper();
	return 0;
}

SEC("uprobe")
int uprobe_entry(void *ctx)
{
	struct hit hit = {.thread = current_thread()};

	stay_on_thread_stack(ctx);
	if (!found_at(ctx, &hit) || repeats(ctx, &hit))
		return 0;
	return send(ctx, &hit, AT_ENTRY, 0);
}

SEC("uretprobe")
int uprobe_return(void *ctx)
{
	struct hit hit = {.thread = current_thread()};

	stay_on_thread_stack(ctx);
	if (!found_at(ctx, &hit) || !returns_here(ctx, &hit))
		return 0;
	return send(ctx, &hit, AT_RETURN, 0);
}

/* A function leaves by a jump to another one, whose return is not seen. */
SEC("uprobe")
int uprobe_exit(void *ctx)
{
	struct hit hit = {.thread = current_thread()};

	stay_on_thread_stack(ctx);
	if (!found_at(ctx, &hit))
		return 0;
	struct jump *jump = jump_taken(ctx, hit.site);
	if (!jump || !returns_here(ctx, &hit))
		return 0;
	return send(ctx, &hit, AT_EXIT, jump->reason);
}

/* Keeps that a function was entered, for a Return probe. */
SEC("uprobe")
int uprobe_entry_kept(void *ctx)
{
	struct hit hit = {.thread = current_thread()};
	struct call call = {};

	stay_on_thread_stack(ctx);
	if (!found_at(ctx, &hit) || !call_at(ctx, &hit, false, &call))
		return 0;
	__u64 return_address = RETURN_ADDRESS(ctx);
	bpf_map_update_elem(&uprobe_entered, &call, &return_address, BPF_ANY);
	return 0;
}

SEC("uprobe")
int uprobe_call(void *ctx)
{
	struct hit hit = {.thread = current_thread()};
	struct call call = {};
	struct verdict verdict = {};
	__u32 key = 0;

	stay_on_thread_stack(ctx);
	if (!found_at(ctx, &hit) || repeats(ctx, &hit))
		return 0;
	COUNT(hits);
	if (!call_at(ctx, &hit, false, &call)) {
		COUNT(missed);
		return 0;
	}
	bool holds = where_at_entry(ctx, &verdict);
	if (!holds || (config.limit.at_entry && !verdict.open && !sampled())) {
		/*
		 * A call that left by longjmp or an exception may have left its entry at this very
		 * place.
		 */
		if (!bpf_map_delete_elem(&uprobe_calls, &call))
			COUNT(missed);
		if (holds)
			COUNT(limited);
		else
			COUNT(filtered);
		return 0;
	}
	void *zeroes = bpf_map_lookup_elem(&uprobe_blank, &key);
	if (!zeroes)
		return 0;
	if (bpf_map_update_elem(&uprobe_calls, &call, zeroes, BPF_NOEXIST)) {
		/*
		 * The earlier call at this place left without a return, or there is no room for
		 * another.
		 */
		COUNT(missed);
		if (bpf_map_update_elem(&uprobe_calls, &call, zeroes, BPF_EXIST))
			return 0;
	}
	struct running *running = bpf_map_lookup_elem(&uprobe_calls, &call);
	if (!running)
		return 0;
	running->verdict = verdict;
	if (SITE_HAS(hit.site, SITE_KEPT))
		running->return_address = RETURN_ADDRESS(ctx);
	if (!config.aggregation.buckets)
		fill_head(&running->event, &hit);
	keep_for_where(ctx, &running->event);
	running->event.unreadable = capture_at_entry(ctx, &running->event);
	begin_stack(ctx, &running->event);
	running->event.time_ns = bpf_ktime_get_ns();
	return 0;
}

/* Decides whether a call that returns is sent. */
static __always_inline bool sent(void *ctx, struct running *running, enum moment moment)
{
	if (!where_at_return(ctx, &running->event, &running->verdict, moment)) {
		COUNT(filtered);
		return false;
	}
	bool sampled_at_entry = config.limit.at_entry && !running->verdict.open;
	if ((!sampled_at_entry && !sampled()) || !affordable()) {
		COUNT(limited);
		return false;
	}
	return true;
}

/* Ends a call, if it is running: it returns, or leaves by a jump. */
static __always_inline int end_call(void *ctx, struct hit *hit, __u64 now, enum moment moment,
				    __u32 left_by)
{
	struct call call = {};

	if (!call_at(ctx, hit, true, &call))
		return 0;
	/* None where the call began before the probe was attached, or was rejected at entry. */
	struct running *running = bpf_map_lookup_elem(&uprobe_calls, &call);
	if (!running)
		return 0;
	if (SITE_HAS(hit->site, SITE_SHARED) && !same_caller(ctx, running->return_address))
		return 0;
	struct event *event = &running->event;
	event->duration_ns = now - event->time_ns;
	event->time_ns = now;
	event->cpu = bpf_get_smp_processor_id();
	if (sent(ctx, running, moment)) {
		event->unreadable = capture_at_return(ctx, event, event->unreadable);
		if (moment == AT_EXIT) {
			event->unreadable |= unseen_values();
			event->left_by = left_by;
		}
		complete_stack(ctx, event);
		if (config.aggregation.buckets)
			aggregate(ctx, hit, event);
		else if (bpf_ringbuf_output(&uprobe_events, event, config.event_size, wake_up(now)))
			COUNT(lost);
		else
			COUNT(events);
		if (!config.aggregation.buckets)
			wake_sleeper();
	}
	bpf_map_delete_elem(&uprobe_calls, &call);
	return 0;
}

SEC("uretprobe")
int uprobe_call_return(void *ctx)
{
	__u64 now = bpf_ktime_get_ns();
	struct hit hit = {.thread = current_thread()};

	stay_on_thread_stack(ctx);
	if (!found_at(ctx, &hit))
		return 0;
	return end_call(ctx, &hit, now, AT_RETURN, 0);
}

/* A function whose call is running leaves by a jump to another one, whose return is not seen. */
SEC("uprobe")
int uprobe_call_exit(void *ctx)
{
	__u64 now = bpf_ktime_get_ns();
	struct hit hit = {.thread = current_thread()};

	stay_on_thread_stack(ctx);
	if (!found_at(ctx, &hit))
		return 0;
	struct jump *jump = jump_taken(ctx, hit.site);
	if (!jump)
		return 0;
	return end_call(ctx, &hit, now, AT_EXIT, jump->reason);
}

/* A function jumps back to its own first instruction. */
SEC("uprobe")
int uprobe_repeat(void *ctx)
{
	struct hit hit = {.thread = current_thread()};
	struct call call = {};
	__u32 mark = 1;

	stay_on_thread_stack(ctx);
	if (!found_at(ctx, &hit) || !jump_taken(ctx, hit.site) || !call_at(ctx, &hit, false, &call))
		return 0;
	if (SITE_HAS(hit.site, SITE_SHARED)) {
		/*
		 * Another function's jump: a call goes on only if that one was itself jumped to by
		 * this one.
		 */
		struct running *running = bpf_map_lookup_elem(&uprobe_calls, &call);
		__u64 *return_address = running ? &running->return_address :
						  bpf_map_lookup_elem(&uprobe_entered, &call);

		if (!return_address || !same_caller(ctx, *return_address))
			return 0;
	}
	bpf_map_update_elem(&uprobe_repeats, &call, &mark, BPF_ANY);
	return 0;
}
