// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* The program behind every probe: one object a probe, specialised by its config. */
#include <linux/bpf.h>
#include <linux/types.h>
#include <stdbool.h>

#include <bpf/bpf_helpers.h>

#include "config.h"
#include "event.h"
#include "registers.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

/* A section of its own, so that the agent finds the config at offset 0 whatever else is read-only. */
const volatile struct config config SEC(".rodata.config");

/*
 * Types that no map or global names would be missing in BTF, by which a test compares them with the agent's. libbpf
 * skips a section that it does not know: this costs the kernel nothing.
 */
const union {
	struct event event;
	struct memory_slot memory_slot;
	enum source source;
	enum kind kind;
	enum operator operator;
} described SEC(".described") = {};

/* All probes share this buffer; the agent sets its size. */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} events SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, struct reader);
} readers SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct counters);
} counts SEC(".maps");

/* The mount namespaces of the selected containers; the agent makes one map for all probes of a trace. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} containers SEC(".maps");

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

/* Counters are per CPU, yet a program may be preempted by another hit on the same CPU: hence atomic. */
#define COUNT(field)                                                            \
	do {                                                                    \
		__u32 key_ = 0;                                                 \
		struct counters *counters_ = bpf_map_lookup_elem(&counts, &key_); \
		if (counters_)                                                  \
			__sync_fetch_and_add(&counters_->field, 1);             \
	} while (0)

/* The pointer at an offset of a kernel struct; null where there is none. */
static __always_inline void *pointer_in(void *object, __u32 offset)
{
	void *pointer = 0;

	bpf_probe_read_kernel(&pointer, sizeof(pointer), object + offset);
	return pointer;
}

static __always_inline bool selected_exe(void)
{
	const volatile struct fields *fields = &config.fields;
	void *mm = pointer_in((void *)bpf_get_current_task(), fields->task_mm);
	void *inode = pointer_in(pointer_in(mm, fields->mm_exe_file), fields->file_inode);
	void *super_block = pointer_in(inode, fields->inode_super_block);
	__u64 number = 0;
	__u32 device = 0;

	bpf_probe_read_kernel(&number, sizeof(number), inode + fields->inode_number);
	bpf_probe_read_kernel(&device, sizeof(device), super_block + fields->super_block_device);
	return number == config.selection.exe_inode && device == config.selection.exe_device;
}

static __always_inline bool selected_comm(void)
{
	__u64 comm[COMM_LENGTH / sizeof(__u64)] = {};
	const volatile __u64 *wanted = (const volatile __u64 *)config.selection.comm;

	bpf_get_current_comm(comm, sizeof(comm));
	return comm[0] == wanted[0] && comm[1] == wanted[1];
}

/* Who hit the probe. */
struct hit {
	__u64 thread;          /* process and thread, as bpf_get_current_pid_tgid has them */
	__u32 mount_namespace; /* where containers are selected; otherwise 0 */
};

static __always_inline bool selected_container(struct hit *hit)
{
	const volatile struct fields *fields = &config.fields;
	void *namespaces = pointer_in((void *)bpf_get_current_task(), fields->task_namespaces);
	void *mount = pointer_in(namespaces, fields->namespaces_mount);

	bpf_probe_read_kernel(&hit->mount_namespace, sizeof(hit->mount_namespace), mount + fields->mount_number);
	return bpf_map_lookup_elem(&containers, &hit->mount_namespace) != 0;
}

static __always_inline bool selected(struct hit *hit)
{
	__u32 pid = hit->thread >> 32;

	if (pid == config.selection.own_pid)
		return false;
	if (config.selection.pid && pid != config.selection.pid)
		return false;
	if (config.selection.by_comm && !selected_comm())
		return false;
	if (config.selection.exe_inode && !selected_exe())
		return false;
	if (config.selection.by_container && !selected_container(hit))
		return false;
	return true;
}

static __always_inline bool argument(void *ctx, __u32 index, __u64 *number)
{
	if (index <= REGISTER_ARGUMENTS) {
		*number = argument_register(ctx, index);
		return true;
	}
	__u64 at = READ_REGISTER(ctx, STACK_POINTER) + STACK_ARGUMENTS_AT +
		   (index - REGISTER_ARGUMENTS - 1) * sizeof(__u64);
	return bpf_probe_read_user(number, sizeof(*number), (void *)at) == 0;
}

/* Takes the bytes that the type has, and extends them as its sign asks. */
static __always_inline __u64 extended(__u64 number, __u32 bytes, bool is_signed)
{
	__u32 unused = 64 - 8 * bytes;

	if (is_signed)
		return (__u64)((__s64)(number << unused) >> unused);
	return number << unused >> unused;
}

static __noinline bool compare(__u64 left, __u32 operator, __u64 right, bool is_signed)
{
	__s64 signed_left = (__s64)left, signed_right = (__s64)right;

	switch (operator) {
	case OPERATOR_EQUAL: return left == right;
	case OPERATOR_NOT_EQUAL: return left != right;
	case OPERATOR_LESS: return is_signed ? signed_left < signed_right : left < right;
	case OPERATOR_LESS_OR_EQUAL: return is_signed ? signed_left <= signed_right : left <= right;
	case OPERATOR_GREATER: return is_signed ? signed_left > signed_right : left > right;
	case OPERATOR_GREATER_OR_EQUAL: return is_signed ? signed_left >= signed_right : left >= right;
	default: return (left & right) != 0;
	}
}

/* A number that cannot be read fulfils no condition. */
static __always_inline bool holds(void *ctx, const volatile struct condition *condition, struct event *entry,
				  __u64 duration_ns)
{
	__u64 thread = bpf_get_current_pid_tgid();
	__u64 number = 0;

	switch (condition->left.source) {
	case SOURCE_ARGUMENT:
		if (condition->at_return) {
			if (!entry || entry->unreadable & condition->unreadable)
				return false;
			number = *(__u64 *)((void *)entry + condition->offset);
		} else if (!argument(ctx, condition->left.index, &number)) {
			return false;
		}
		break;
	case SOURCE_RETURN_VALUE: number = READ_REGISTER(ctx, RETURN_REGISTER); break;
	case SOURCE_DURATION: number = duration_ns; break;
	case SOURCE_PROCESS_ID: number = thread >> 32; break;
	default: number = (__u32)thread; break;
	}
	number = extended(number, condition->left.bytes, condition->left.is_signed);
	return compare(number, condition->operator, condition->right, condition->left.is_signed);
}

/* Decides the clauses of one moment: of the function's entry, or of its return. */
static __always_inline bool where(void *ctx, bool at_return, struct event *entry, __u64 duration_ns)
{
	bool any = false;

#pragma unroll
	for (int i = 0; i < MAX_CONDITIONS; i++) {
		const volatile struct condition *condition = &config.conditions[i];

		if (condition->operator == OPERATOR_END)
			break;
		if (condition->at_return != at_return)
			continue;
		any = any || holds(ctx, condition, entry, duration_ns);
		if (condition->ends_clause) {
			if (!any)
				return false;
			any = false;
		}
	}
	return true;
}

static __always_inline bool read_number(void *ctx, const volatile struct operand *operand, __u64 *number)
{
	if (operand->source == SOURCE_ARGUMENT)
		return argument(ctx, operand->index, number);
	*number = READ_REGISTER(ctx, RETURN_REGISTER);
	return true;
}

static __always_inline bool read_string(struct memory_slot *slot, const volatile struct value *value, __u64 address)
{
	long length = bpf_probe_read_user_str(slot->data, value->size, (void *)address);

	slot->length = length;
	return length >= 0;
}

static __always_inline bool read_bytes(struct memory_slot *slot, const volatile struct value *value, __u64 address)
{
	__u32 length = slot->length;

	if (length > value->size)
		length = value->size;
	return bpf_probe_read_user(slot->data, length, (void *)address) == 0;
}

static __always_inline bool read_memory(struct memory_slot *slot, const volatile struct value *value, __u64 address)
{
	if (value->kind == KIND_STRING)
		return read_string(slot, value, address);
	return read_bytes(slot, value, address);
}

/* How many bytes the program has, up to what the slot can say. */
static __always_inline bool bytes_length(void *ctx, struct memory_slot *slot, const volatile struct value *value)
{
	__u64 length = value->size;

	if (value->length.source) {
		if (!read_number(ctx, &value->length, &length))
			return false;
		length = extended(length, value->length.bytes, value->length.is_signed);
		if (value->length.is_signed && (__s64)length < 0)
			length = 0;
		if (length > 0xffffffff)
			length = 0xffffffff;
	}
	slot->length = length;
	return true;
}

/* Reads one value into its slot. */
static __always_inline bool capture(void *ctx, struct event *event, const volatile struct value *value)
{
	void *slot = (void *)event + value->offset;
	__u64 number = 0;

	if (!read_number(ctx, &value->operand, &number))
		return false;
	if (value->kind == KIND_NUMBER) {
		*(__u64 *)slot = number;
		return true;
	}
	((struct memory_slot *)slot)->present = number != 0;
	if (value->kind == KIND_BYTES && !bytes_length(ctx, slot, value)) {
		/* No second try can know the length: a byte at no address stays unreadable. */
		((struct memory_slot *)slot)->length = 1;
		*(__u64 *)((struct memory_slot *)slot)->data = 0;
		return false;
	}
	if (read_memory(slot, value, number))
		return true;
	/* The address stays for a second try; see capture_again. */
	*(__u64 *)((struct memory_slot *)slot)->data = number;
	return false;
}

/* Reads the values that exist at this moment: arguments at entry, the return value at return. */
static __always_inline __u32 capture_all(void *ctx, struct event *event, bool at_return)
{
	__u32 unreadable = 0;

#pragma unroll
	for (int i = 0; i < MAX_VALUES; i++) {
		const volatile struct value *value = &config.values[i];

		if (value->kind == KIND_END)
			break;
		if ((value->operand.source == SOURCE_RETURN_VALUE) != at_return)
			continue;
		if (!capture(ctx, event, value))
			unreadable |= 1U << i;
	}
	return unreadable;
}

/*
 * A string that no one has looked at yet may be on a page that is not in memory at entry. The function itself has
 * looked at it by the time it returns.
 */
static __always_inline __u32 capture_again(struct event *event, __u32 unreadable)
{
#pragma unroll
	for (int i = 0; i < MAX_VALUES; i++) {
		const volatile struct value *value = &config.values[i];
		struct memory_slot *slot = (void *)event + value->offset;

		if (value->kind == KIND_END)
			break;
		if (value->kind == KIND_NUMBER || value->operand.source != SOURCE_ARGUMENT)
			continue;
		if (unreadable & 1U << i && read_memory(slot, value, *(__u64 *)slot->data))
			unreadable &= ~(1U << i);
	}
	return unreadable;
}

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

/* Waking the reader costs more than the event itself: only when the buffer fills up while the reader is busy. */
static __always_inline __u64 wake_up(void)
{
	if (bpf_ringbuf_query(&events, BPF_RB_AVAIL_DATA) >= config.wake_at)
		return BPF_RB_FORCE_WAKEUP;
	return BPF_RB_NO_WAKEUP;
}

/*
 * Wakes a reader that went to sleep. It comes after the event is committed: the reader says that it sleeps, then
 * looks into the buffer once more, so one of the two always sees the other. A discarded record carries the wake-up.
 */
static __always_inline void wake_sleeper(void)
{
	__u32 key = 0;
	volatile struct reader *reader = bpf_map_lookup_elem(&readers, &key);

	if (!reader || !reader->asleep)
		return;
	reader->asleep = 0;
	void *carrier = bpf_ringbuf_reserve(&events, sizeof(__u64), 0);
	if (carrier)
		bpf_ringbuf_discard(carrier, BPF_RB_FORCE_WAKEUP);
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
