/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Reading the values of an event. */
#ifndef UPROBE_CAPTURE_H
#define UPROBE_CAPTURE_H

#include <linux/bpf.h>
#include <linux/types.h>
#include <stdbool.h>

#include <bpf/bpf_helpers.h>

#include "config.h"
#include "event.h"
#include "memory.h"
#include "operand.h"
#include "registers.h"
#include "specialised.h"

/*
 * How many of a probe's values have the code of capture_register; it takes room in every program.
 */
#define QUICK_VALUES 4

static __always_inline bool read_string(struct memory_slot *slot,
					const volatile struct value *value, __u64 address,
					__u32 how)
{
	long length = read_user_string(slot->data, value->size, address, how);

	slot->length = length;
	return length >= 0;
}

/* How many bytes the program has: 0 where it says a negative number. */
static __always_inline bool bytes_length(void *ctx, const volatile struct value *value,
					 struct event *event, __u32 how, __u64 *length,
					 bool *negative)
{
	*negative = false;
	*length = value->size;
	if (!value->length.source)
		return true;
	if (!read_number(ctx, &value->length, event, how, length))
		return false;
	*length = extended(*length, value->length.bytes, value->length.is_signed);
	if (value->length.is_signed && (__s64)*length < 0) {
		*negative = true;
		*length = 0;
	}
	return true;
}

static __always_inline bool read_bytes(void *ctx, struct event *event,
				       const volatile struct value *value, __u32 how, __u64 address)
{
	struct memory_slot *slot = (void *)event + value->offset;
	__u64 length = 0;
	bool negative;

	if (!bytes_length(ctx, value, event, how, &length, &negative))
		return false;
	if (negative)
		slot->memory = MEMORY_NEGATIVE_LENGTH;
	slot->length = length > 0xffffffff ? 0xffffffff : length;
	if (!address) {
		/* No bytes need no place: Go's empty string is at NULL. */
		if (value->length.source && !length && !negative)
			slot->memory = MEMORY_PRESENT;
		return true;
	}
	if (length > value->size)
		length = value->size;
	return read_user(slot->data, length, address, how);
}

/*
 * Reads a number that is in a register, as most are, without the calls that other values take:
 * where a CPU needs protection against speculation, each return of a function costs as much as all
 * of this.
 */
static __always_inline bool capture_register(void *ctx, struct event *event,
					     const volatile struct value *value, __u32 how)
{
	const volatile struct operand *operand = &value->operand;
	__u64 *slot = (void *)event + value->offset;

	if (value->kind != KIND_NUMBER || operand->steps || config.convention != CONVENTION_C)
		return false;
	if (operand->source == SOURCE_RETURN_VALUE) {
		*slot = READ_REGISTER(ctx, RETURN_REGISTER) + operand->plus;
		return true;
	}
	if (operand->source == SOURCE_ARGUMENT && !(how & RETURNING) &&
	    operand->index <= REGISTER_ARGUMENTS) {
		*slot = argument_register_here(ctx, operand->index) + operand->plus;
		return true;
	}
	return false;
}

/* Reads one value into its slot. */
static __noinline bool capture_any(void *ctx, struct event *event,
				   const volatile struct value *value, __u32 how)
{
	struct memory_slot *slot = (void *)event + value->offset;
	__u64 number = 0;

	if (!read_number(ctx, &value->operand, event, how, &number))
		return false;
	if (value->kind == KIND_NUMBER) {
		*(__u64 *)slot = number;
		return true;
	}
	slot->memory = number ? MEMORY_PRESENT : MEMORY_NULL;
	if (value->kind == KIND_STRING)
		return !number || read_string(slot, value, number, how);
	return read_bytes(ctx, event, value, how, number);
}

static __always_inline bool capture(void *ctx, struct event *event,
				    const volatile struct value *value, __u32 how)
{
	bool is_quick = value < &config.values[QUICK_VALUES];

	return (is_quick && capture_register(ctx, event, value, how)) ||
	       capture_any(ctx, event, value, how);
}

/* Reads the values of an event that knows one moment only. */
static __always_inline __u32 capture_now(void *ctx, struct event *event, __u32 how)
{
	__u32 unreadable = 0;

#pragma unroll
	for (int i = 0; i < MAX_VALUES; i++) {
		const volatile struct value *value = &config.values[i];

		if (value->kind == KIND_END)
			break;
		if (value->offset && !capture(ctx, event, value, how))
			unreadable |= 1U << i;
	}
	return unreadable;
}

/* The values that a function which leaves by a jump has not got ready yet; a bit each. */
static __always_inline __u32 unseen_values(void)
{
	__u32 unseen = 0;

#pragma unroll
	for (int i = 0; i < MAX_VALUES; i++) {
		const volatile struct value *value = &config.values[i];

		if (value->kind == KIND_END)
			break;
		if (value->offset && value->operand.at_return)
			unseen |= 1U << i;
	}
	return unseen;
}

/* Reads the values of a call that are read at its entry, and keeps what its return will need. */
static __always_inline __u32 capture_at_entry(void *ctx, struct event *event)
{
	__u32 unreadable = 0;

#pragma unroll
	for (int i = 0; i < MAX_VALUES; i++) {
		const volatile struct value *value = &config.values[i];

		if (value->kind == KIND_END)
			break;
		keep(ctx, &value->operand, event);
		keep(ctx, &value->length, event);
		if (value->offset && !value->operand.at_return &&
		    !capture(ctx, event, value, MAY_SLEEP))
			unreadable |= 1U << i;
	}
	return unreadable;
}

/*
 * Reads the values of a call that are read at its return, and once more what could not be read at
 * its entry: memory that no one has looked at yet may be on a page that was not there. The function
 * itself has looked at it by now.
 */
static __always_inline __u32 capture_at_return(void *ctx, struct event *event, __u32 unreadable)
{
#pragma unroll
	for (int i = 0; i < MAX_VALUES; i++) {
		const volatile struct value *value = &config.values[i];

		if (value->kind == KIND_END)
			break;
		if (!value->offset)
			continue;
		if (!value->operand.at_return && !(value->operand.kept && unreadable & 1U << i))
			continue;
		if (capture(ctx, event, value, RETURNING | MAY_SLEEP))
			unreadable &= ~(1U << i);
		else
			unreadable |= 1U << i;
	}
	return unreadable;
}

#endif
