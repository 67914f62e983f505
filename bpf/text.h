/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Comparing texts with constants. */
#ifndef UPROBE_TEXT_H
#define UPROBE_TEXT_H

#include <linux/bpf.h>
#include <linux/types.h>
#include <stdbool.h>

#include <bpf/bpf_helpers.h>

#include "capture.h"
#include "config.h"
#include "event.h"
#include "memory.h"
#include "operand.h"
#include "specialised.h"
#include "user_memory.h"

/* What is known of a condition; a bit each. */
enum outcome {
	OUTCOME_NO = 0,
	OUTCOME_YES = 1,
	OUTCOME_UNREADABLE = 2, /* perhaps not on a second try */
	OUTCOME_NOTHING = 4,    /* there is nothing to compare */
};

/*
 * A constant as the Shift-And algorithm wants it: bit n of a byte's mask is set where byte n of the
 * constant is that byte, counted from 1. Bit n of the state says that the last n bytes of the text
 * are the first n of the constant.
 */
struct pattern {
	__u64 masks[256];
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct pattern);
} uprobe_patterns SEC(".maps");

/*
 * A text is read and decided piece by piece: all of it does not fit on the stack of a BPF program.
 */
#define CHUNK 32

struct text {
	__u64 address; /* 0 of a comm */
	__u64 length;  /* what is behind is not looked at */
	bool has_nul;
};

static __always_inline bool read_chunk(char *chunk, const struct text *text, __u32 at)
{
	if (!text->address)
		return bpf_get_current_comm(chunk, COMM_LENGTH) == 0;
	if (text->has_nul)
		return copy_user_string(chunk, CHUNK + 1, (void *)(text->address + at)) >= 0;
	__u64 left = text->length - at;
	return copy_user(chunk, left < CHUNK ? left : CHUNK, (void *)(text->address + at)) == 0;
}

/* Without a branch a byte: the verifier follows every one of them. */
static __noinline int find(const volatile struct condition *condition, const struct text *text,
			   bool at_start, bool at_end)
{
	char chunk[CHUNK + 8] = {};
	__u32 key = condition->right;
	struct pattern *pattern = bpf_map_lookup_elem(&uprobe_patterns, &key);
	__u64 state = 1, found = 0, alive = 1, last = 1ULL << (condition->length & MAX_PATTERN);
	__u64 begin = !at_start, only_end = at_end ? ~0ULL : 0, with_nul = text->has_nul;

	if (!pattern)
		return OUTCOME_NO;
	for (__u32 at = 0; at < MAX_REACH; at += CHUNK) {
		if (at >= condition->reach || at >= text->length)
			break;
		if (!read_chunk(chunk, text, at))
			return OUTCOME_UNREADABLE;
		__u64 left = text->length - at;
		__u64 within = left < CHUNK ? (1ULL << left) - 1 : ~0ULL; /* a bit a byte */
#pragma clang loop unroll(disable)
		for (__u32 i = 0; i < CHUNK; i++) {
			__u64 byte = (__u8)chunk[i];
			__u64 ends = with_nul & ~((byte + 255) >> 8);

			alive &= within;
			within >>= 1;
			found |= state & -(alive & ends) & only_end;
			alive &= ~ends;
			state = ((state << 1 & pattern->masks[byte]) | begin) & -alive;
			found |= state & ~only_end;
		}
		if (found & last)
			return OUTCOME_YES;
		if (!alive || !state)
			break;
	}
	return OUTCOME_NO;
}

/*
 * Waits for the pages of a text, as far as it goes; false where the program itself could not read
 * it.
 */
static __noinline bool wait_for_text(const struct text *text)
{
	char chunk[CHUNK + 8];

	for (__u32 at = 0; at < MAX_REACH && at < text->length; at += CHUNK) {
		__u64 left = text->length - at, address = text->address + at;

		if (!text->has_nul) {
			if (!read_user(chunk, left < CHUNK ? left : CHUNK, address, MAY_SLEEP))
				return false;
			continue;
		}
		long length = read_user_string(chunk, CHUNK + 1, address, MAY_SLEEP);
		if (length < 0)
			return false;
		if (length <= CHUNK)
			break;
	}
	return true;
}

/*
 * Whether the page is there that all of a text lies on; false where it may reach into the next one.
 */
static __always_inline bool is_present(const struct text *text)
{
	__u8 first;

	return (text->address & (SMALLEST_PAGE - 1)) + text->length + CHUNK <= SMALLEST_PAGE &&
	       !copy_user(&first, sizeof(first), (void *)text->address);
}

/*
 * Waits before it compares: the verifier follows every round of that loop, and waiting would double
 * each.
 */
static __always_inline int find_waiting(const volatile struct condition *condition,
					const struct text *text, bool at_start, bool at_end)
{
	if (may_wait(MAY_SLEEP) && text->length && !is_present(text) && !wait_for_text(text))
		return OUTCOME_UNREADABLE;
	return find(condition, text, at_start, at_end);
}

static __always_inline int text_outcome(void *ctx, const volatile struct condition *condition,
					struct event *event, __u32 how)
{
	const volatile struct value *value = &config.values[condition->value];
	struct text text = {.length = condition->reach, .has_nul = true};
	bool equal = condition->operator== OPERATOR_TEXT_EQUAL || condition->operator==
		     OPERATOR_TEXT_NOT_EQUAL;
	bool at_start = equal || condition->operator== OPERATOR_TEXT_STARTS_WITH;
	bool at_end = equal || condition->operator== OPERATOR_TEXT_ENDS_WITH;
	__u64 length = 0;
	bool negative;

	if (condition->left.source == SOURCE_COMM)
		return find(condition, &text, at_start, at_end);
	if (!read_number(ctx, &value->operand, event, how, &text.address))
		return OUTCOME_UNREADABLE;
	if (value->kind == KIND_STRING)
		return text.address ? find_waiting(condition, &text, at_start, at_end) :
				      OUTCOME_NOTHING;
	if (!bytes_length(ctx, value, event, how, &length, &negative))
		return OUTCOME_UNREADABLE;
	/* No bytes need no place: Go's empty string is at NULL. */
	if (negative || (!text.address && (length || !value->length.source)))
		return OUTCOME_NOTHING;
	if (length < condition->length || (equal && length != condition->length))
		return OUTCOME_NO;
	if (!condition->length)
		return OUTCOME_YES;
	text.has_nul = false;
	if (at_end)
		text.address += length - condition->length;
	if (length < text.length)
		text.length = length;
	return find_waiting(condition, &text, at_start || at_end, false);
}

#endif
