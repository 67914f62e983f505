/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Numbers: arguments and return values. */
#ifndef UPROBE_OPERAND_H
#define UPROBE_OPERAND_H

#include "registers.h"
#include "specialised.h"

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

static __always_inline bool read_number(void *ctx, const volatile struct operand *operand, __u64 *number)
{
	if (operand->source == SOURCE_ARGUMENT)
		return argument(ctx, operand->index, number);
	*number = READ_REGISTER(ctx, RETURN_REGISTER);
	return true;
}

#endif
