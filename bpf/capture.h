/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Reading the values of an event. */
#ifndef UPROBE_CAPTURE_H
#define UPROBE_CAPTURE_H

#include "operand.h"

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

#endif
