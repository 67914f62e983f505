/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Conditions: which calls become events. */
#ifndef UPROBE_WHERE_H
#define UPROBE_WHERE_H

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
#include "text.h"

static __noinline bool compare(__u64 left, __u32 operator, __u64 right, bool is_signed)
{
	__s64 signed_left = (__s64)left, signed_right = (__s64)right;

	switch (operator) {
	case OPERATOR_EQUAL: return left == right;
	case OPERATOR_NOT_EQUAL: return left != right;
	case OPERATOR_LESS: return is_signed ? signed_left < signed_right : left < right;
	case OPERATOR_LESS_OR_EQUAL: return is_signed ? signed_left <= signed_right : left <= right;
	case OPERATOR_GREATER: return is_signed ? signed_left > signed_right : left > right;
	case OPERATOR_GREATER_OR_EQUAL:
		return is_signed ? signed_left >= signed_right : left >= right;
	default: return (left & right) != 0;
	}
}

static __noinline int outcome(void *ctx, const volatile struct condition *condition,
			      struct event *event, __u32 how)
{
	__u64 number = 0;

	if (condition->operator>= OPERATOR_TEXT_EQUAL) {
		int result = text_outcome(ctx, condition, event, how);

		if (condition->operator!= OPERATOR_TEXT_NOT_EQUAL || result >= OUTCOME_UNREADABLE)
			return result;
		return result == OUTCOME_YES ? OUTCOME_NO : OUTCOME_YES;
	}
	if (!read_number(ctx, &condition->left, event, how, &number))
		return OUTCOME_UNREADABLE;
	number = extended(number, condition->left.bytes, condition->left.is_signed);
	return compare(number, condition->operator, condition->right, condition->left.is_signed) ?
		       OUTCOME_YES :
		       OUTCOME_NO;
}

/* Whether a condition is about what a function has returned or filled in, where it has not yet. */
static __always_inline bool is_unseen(const volatile struct condition *condition,
				      enum moment moment)
{
	if (moment != AT_EXIT || !condition->left.at_return)
		return false;
	return condition->left.source == SOURCE_RETURN_VALUE ||
	       condition->left.source == SOURCE_ARGUMENT;
}

/* Decides an event that knows one moment only. What cannot be read fulfils no condition. */
static __always_inline bool where_now(void *ctx, enum moment moment)
{
	bool any = false;

#pragma unroll
	for (int i = 0; i < MAX_CONDITIONS; i++) {
		const volatile struct condition *condition = &config.conditions[i];

		if (condition->operator== OPERATOR_END)
			break;
		if (!is_unseen(condition, moment))
			any = any || outcome(ctx, condition, 0,
					     (moment == AT_ENTRY ? 0 : RETURNING) | MAY_SLEEP) ==
					     OUTCOME_YES;
		if (condition->ends_clause) {
			if (!any)
				return false;
			any = false;
		}
	}
	return true;
}

/*
 * Keeps the verifier from telling outcomes apart: it would follow all that comes later once for
 * each combination of them. To the kernel a register that is read twice is two unknown numbers.
 */
static __always_inline __u32 untold(void *ctx, __u32 outcome)
{
	return outcome ^ (__u32)READ_REGISTER(ctx, STACK_POINTER) ^
	       (__u32)READ_REGISTER(ctx, STACK_POINTER);
}

/* What a call's entry has found out about the conditions; a bit each. */
struct verdict {
	__u32 held;
	__u32 open; /* could not be read yet */
};

/* Decides a call as far as its entry can. */
static __always_inline bool where_at_entry(void *ctx, struct verdict *verdict)
{
	__u32 any = 0;

#pragma unroll
	for (int i = 0; i < MAX_CONDITIONS; i++) {
		const volatile struct condition *condition = &config.conditions[i];

		if (condition->operator== OPERATOR_END)
			break;
		if (condition->left.at_return) {
			any = 1;
		} else {
			__u32 result = untold(ctx, outcome(ctx, condition, 0, MAY_SLEEP));
			__u32 held = result & OUTCOME_YES;
			__u32 open = condition->left.kept ?
					     (result & OUTCOME_UNREADABLE) / OUTCOME_UNREADABLE :
					     0;

			verdict->held |= held << i;
			verdict->open |= open << i;
			any |= held | open;
		}
		if (condition->ends_clause) {
			if (!any)
				return false;
			any = 0;
		}
	}
	return true;
}

/* Decides a call that returns. */
static __always_inline bool where_at_return(void *ctx, struct event *event,
					    const struct verdict *verdict, enum moment moment)
{
	bool any = false;

#pragma unroll
	for (int i = 0; i < MAX_CONDITIONS; i++) {
		const volatile struct condition *condition = &config.conditions[i];

		if (condition->operator== OPERATOR_END)
			break;
		any = any || verdict->held & 1U << i;
		if (!any && !is_unseen(condition, moment) &&
		    (condition->left.at_return ||
		     (condition->left.kept && verdict->open & 1U << i)))
			any = outcome(ctx, condition, event, RETURNING | MAY_SLEEP) == OUTCOME_YES;
		if (condition->ends_clause) {
			if (!any)
				return false;
			any = false;
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

		if (condition->operator== OPERATOR_END)
			break;
		if (condition->operator<OPERATOR_TEXT_EQUAL)
			keep(ctx, &condition->left, event);
	}
}

#endif
