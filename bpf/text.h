/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Comparing texts with constants. */
#ifndef UPROBE_TEXT_H
#define UPROBE_TEXT_H

#include "capture.h"

/*
 * A constant as the Shift-And algorithm wants it: bit n of a byte's mask is set where byte n of the constant is that
 * byte, counted from 1. Bit n of the state says that the last n bytes of the text are the first n of the constant;
 * the two uppermost bits are TEXT_FOUND and TEXT_ENDED.
 */
struct pattern {
	__u64 masks[256];
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct pattern);
} patterns SEC(".maps");

/* A text is read and decided piece by piece: all of it does not fit on the stack of a BPF program. */
#define CHUNK 32
#define MAX_REACH 4097 /* the longest string that is kept, and its NUL */

#define TEXT_FOUND (1ULL << 63)
#define TEXT_ENDED (1ULL << 62)

enum found {
	FOUND_NOT,
	FOUND,
	FOUND_UNREADABLE,
};

/* Where a constant has to stand, and what a text is. */
#define TEXT_AT_START 1
#define TEXT_AT_END 2
#define TEXT_HAS_NUL 4
#define TEXT_IS_COMM 8

/*
 * Goes on by eight bytes of a text. The functions here that are not static are verified once, whatever calls them;
 * and this one has no branch a byte, for the verifier would follow every one of them.
 *
 * left: how many bytes the text has from here, the eight included
 * returns the new state
 */
__noinline __u64 advance(__u32 index, __u64 state, __u64 bytes, __u64 left, __u32 flags)
{
	const volatile struct condition *condition = &config.conditions[index % MAX_CONDITIONS];
	__u64 found = state / TEXT_FOUND, alive = ~state / TEXT_ENDED & 1, prefixes = state & (TEXT_ENDED - 1);
	__u64 begin = ~flags & TEXT_AT_START, at_end = flags / TEXT_AT_END & 1, with_nul = flags / TEXT_HAS_NUL & 1;
	__u32 key = condition->right, last = condition->length & 63;

	if (!config.max_reach)
		return TEXT_ENDED;
	struct pattern *pattern = bpf_map_lookup_elem(&patterns, &key);
	if (!pattern)
		return TEXT_ENDED;
#pragma unroll
	for (int i = 0; i < 8; i++) {
		__u64 byte = bytes >> 8 * i & 0xff;
		__u64 ends = with_nul & ~((byte + 255) >> 8);

		alive &= ~((left - i - 1) >> 63);
		found |= prefixes >> last & alive & ends & at_end;
		alive &= ~ends;
		prefixes = ((prefixes << 1 & pattern->masks[byte]) | begin) & -alive;
		found |= prefixes >> last & ~at_end;
	}
	return (found & 1) * TEXT_FOUND | (~alive & 1) * TEXT_ENDED | prefixes;
}

static __always_inline bool read_chunk(void *chunk, __u64 address, __u64 left, __u32 flags)
{
	if (flags & TEXT_IS_COMM)
		return bpf_get_current_comm(chunk, COMM_LENGTH) == 0;
	if (flags & TEXT_HAS_NUL)
		return bpf_probe_read_user_str(chunk, CHUNK + 1, (void *)address) >= 0;
	return bpf_probe_read_user(chunk, left < CHUNK ? left : CHUNK, (void *)address) == 0;
}

/*
 * Looks for the constant of a condition in the first bytes of a text.
 *
 * returns enum found
 */
__noinline __u64 find(__u32 index, __u64 address, __u64 length, __u32 flags)
{
	__u64 chunk[CHUNK / sizeof(__u64) + 1] = {};
	__u64 state = 1;

	for (__u32 at = 0; at < MAX_REACH && at < config.max_reach; at += CHUNK) {
		if (at >= length)
			break;
		if (!read_chunk(chunk, address + at, length - at, flags))
			return FOUND_UNREADABLE;
#pragma unroll
		for (__u32 i = 0; i < CHUNK / sizeof(__u64); i++)
			state = advance(index, state, chunk[i], length - at - i * sizeof(__u64), flags);
		if (state & TEXT_FOUND)
			return FOUND;
		if (state & TEXT_ENDED || !state)
			break;
	}
	return FOUND_NOT;
}

/* Compares the text of a condition; event: as read_number has it. */
static __always_inline __u64 find_text(void *ctx, __u32 index, struct event *event, bool at_return)
{
	const volatile struct condition *condition = &config.conditions[index];
	const volatile struct value *value = &config.values[condition->value];
	bool equal = condition->operator == OPERATOR_TEXT_EQUAL || condition->operator == OPERATOR_TEXT_NOT_EQUAL;
	bool at_start = equal || condition->operator == OPERATOR_TEXT_STARTS_WITH;
	bool at_end = equal || condition->operator == OPERATOR_TEXT_ENDS_WITH;
	__u32 flags = (at_start ? TEXT_AT_START : 0) | (at_end ? TEXT_AT_END : 0);
	__u64 address = 0, length = 0;
	bool negative;

	if (condition->left.source == SOURCE_COMM)
		return find(index, 0, condition->reach, flags | TEXT_HAS_NUL | TEXT_IS_COMM);
	if (!read_number(ctx, &value->operand, event, at_return, &address) || !address)
		return FOUND_UNREADABLE;
	if (value->kind == KIND_STRING)
		return find(index, address, condition->reach, flags | TEXT_HAS_NUL);
	if (!bytes_length(ctx, value, event, at_return, &length, &negative))
		return FOUND_UNREADABLE;
	if (length < condition->length || (equal && length != condition->length))
		return FOUND_NOT;
	if (!condition->length)
		return FOUND;
	/* The end of bytes is known: it is where the constant has to begin. */
	if (at_end)
		return find(index, address + length - condition->length, condition->length, TEXT_AT_START);
	return find(index, address, length < condition->reach ? length : condition->reach, flags);
}

#endif
