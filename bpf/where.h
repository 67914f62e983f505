/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Conditions: which calls become events. */
#ifndef UPROBE_WHERE_H
#define UPROBE_WHERE_H

#include "operand.h"

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

#endif
