/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Conditions: which calls become events. */
#ifndef UPROBE_WHERE_H
#define UPROBE_WHERE_H

#include "operand.h"
#include "text.h"

/* A verdict has two bits for each condition: it is fulfilled; and it could not be read yet. */
#define FULFILLED 1ULL
#define OPEN (1ULL << 32)

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

/* Returns FULFILLED, OPEN or 0. */
static __noinline __u64 outcome(void *ctx, __u32 index, struct event *event, bool at_return)
{
	const volatile struct condition *condition = &config.conditions[index];
	__u64 number = 0;

	if (condition->operator >= OPERATOR_TEXT_EQUAL) {
		__u64 found = find_text(ctx, index, event, at_return);

		if (found == FOUND_UNREADABLE)
			return OPEN;
		return (found == FOUND) == (condition->operator != OPERATOR_TEXT_NOT_EQUAL);
	}
	if (!read_number(ctx, &condition->left, event, at_return, &number))
		return OPEN;
	number = extended(number, condition->left.bytes, condition->left.is_signed);
	return compare(number, condition->operator, condition->right, condition->left.is_signed);
}

/*
 * Adds the outcome of a condition to a verdict. The verifier forgets what it knows of memory that is changed
 * atomically; otherwise it would follow every combination of outcomes to the end.
 */
static __always_inline void note(__u64 *verdict, __u64 outcome, int index)
{
	__sync_fetch_and_add(verdict, outcome << index);
}

/* Decides an event that knows one moment only. What cannot be read fulfils no condition. */
static __always_inline bool where_now(void *ctx, bool at_return)
{
	__u64 verdict = 0, clause = 0;

#pragma unroll
	for (int i = 0; i < MAX_CONDITIONS; i++) {
		const volatile struct condition *condition = &config.conditions[i];

		if (condition->operator == OPERATOR_END)
			break;
		if (!(*(volatile __u64 *)&verdict & clause))
			note(&verdict, outcome(ctx, i, 0, at_return), i);
		clause |= FULFILLED << i;
		if (condition->ends_clause) {
			if (!(*(volatile __u64 *)&verdict & clause))
				return false;
			clause = 0;
		}
	}
	return true;
}

/* Decides a call as far as its entry can. */
static __always_inline bool where_at_entry(void *ctx, __u64 *verdict)
{
	__u64 clause = 0;
	bool later = false;

#pragma unroll
	for (int i = 0; i < MAX_CONDITIONS; i++) {
		const volatile struct condition *condition = &config.conditions[i];

		if (condition->operator == OPERATOR_END)
			break;
		if (condition->left.at_return) {
			later = true;
		} else {
			if (!(*(volatile __u64 *)verdict & clause))
				note(verdict, outcome(ctx, i, 0, false), i);
			clause |= FULFILLED << i;
			/* Only what is kept can be read again. */
			if (condition->left.kept)
				clause |= OPEN << i;
		}
		if (condition->ends_clause) {
			if (!later && !(*(volatile __u64 *)verdict & clause))
				return false;
			clause = 0;
			later = false;
		}
	}
	return true;
}

/* Decides a call that returns; entry: the verdict of its entry. */
static __always_inline bool where_at_return(void *ctx, struct event *event, __u64 entry)
{
	__u64 verdict = (__u32)entry, clause = 0;

#pragma unroll
	for (int i = 0; i < MAX_CONDITIONS; i++) {
		const volatile struct condition *condition = &config.conditions[i];

		if (condition->operator == OPERATOR_END)
			break;
		if ((condition->left.at_return || (condition->left.kept && entry & OPEN << i)) &&
		    !(*(volatile __u64 *)&verdict & clause))
			note(&verdict, outcome(ctx, i, event, true), i);
		clause |= FULFILLED << i;
		if (condition->ends_clause) {
			if (!(*(volatile __u64 *)&verdict & clause))
				return false;
			clause = 0;
		}
	}
	return true;
}

/* Keeps the arguments that the conditions of a call need at its return. */
static __always_inline void keep_for_where(void *ctx, struct event *event)
{
#pragma unroll
	for (int i = 0; i < MAX_CONDITIONS; i++) {
		const volatile struct condition *condition = &config.conditions[i];

		if (condition->operator == OPERATOR_END)
			break;
		if (condition->operator < OPERATOR_TEXT_EQUAL)
			keep(ctx, &condition->left, event);
	}
}

#endif
