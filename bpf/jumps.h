/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Jumps by which a function leaves for another one, or goes back to its own first instruction. */
#ifndef UPROBE_JUMPS_H
#define UPROBE_JUMPS_H

#include <linux/bpf.h>
#include <linux/types.h>
#include <stdbool.h>

#include <bpf/bpf_helpers.h>

#include "memory.h"
#include "registers.h"
#include "site.h"
#include "user_memory.h"

/* When a jump is taken; without FLAGS, ZERO or BIT, always. */
enum jump_condition {
	JUMP_NEGATED = 0x20, /* the register or bit is not zero */
	JUMP_WIDE = 0x40,    /* all 64 bits of the register count; otherwise 32 */
	/* the flags fulfil the condition in the low four bits, as the processor numbers it */
	JUMP_FLAGS = 0x100,
	JUMP_ZERO = 0x200,   /* a register, by its number in the low five bits, is zero */
	JUMP_BIT = 0x400,    /* a bit of a register is zero */
	JUMP_BIT_SHIFT = 16, /* which bit that is, from here on */
};

struct jump {
	__u32 condition;
	__u32 reason;       /* what events carry of a function that leaves by it */
	__s32 displacement; /* added to the address that is computed */
	__s32 begin;        /* from the jump to the first instruction of its function */
	__u32 size;         /* of the function; 0 where the jump always leaves it */
	/* a register by its offset in the context, up to LAST_REGISTER: where it goes on */
	__u16 base;
	__u16 index;    /* another one, added to the address */
	__u8 scale;     /* what the index is multiplied with; 0 where there is none */
	__u8 is_memory; /* it goes on where the memory at this address says */
	__u16 reserved;
};

/* The jumps of a probe that differ; the agent sets their number. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct jump);
} uprobe_jumps SEC(".maps");

#if defined(__TARGET_ARCH_x86)

/* Intel manual, volume 1, 3.4.3, and volume 2, "Jcc" */
static __always_inline bool flags_hold(void *ctx, __u32 condition)
{
	__u64 flags = READ_REGISTER(ctx, X86_FLAGS);
	bool carry = flags & 1, parity = flags & 4, zero = flags & 0x40, sign = flags & 0x80,
	     overflow = flags & 0x800;
	bool holds;

	switch (condition >> 1 & 7) {
	case 0: holds = overflow; break;
	case 1: holds = carry; break;
	case 2: holds = zero; break;
	case 3: holds = carry || zero; break;
	case 4: holds = sign; break;
	case 5: holds = parity; break;
	case 6: holds = sign != overflow; break;
	default: holds = zero || sign != overflow; break;
	}
	return holds != (condition & 1);
}

/* No jump of these processors asks for a register's value alone, but for one that counts. */
#define REGISTER_NUMBERED(ctx, number) ((void)(ctx), (void)(number), 0ULL)

#else

/* Arm Architecture Reference Manual, C1.2.4 */
static __always_inline bool flags_hold(void *ctx, __u32 condition)
{
	__u64 flags = READ_REGISTER(ctx, ARM64_PSTATE);
	bool negative = flags >> 31 & 1, zero = flags >> 30 & 1, carry = flags >> 29 & 1,
	     overflow = flags >> 28 & 1;
	bool holds;

	switch (condition >> 1 & 7) {
	case 0: holds = zero; break;
	case 1: holds = carry; break;
	case 2: holds = negative; break;
	case 3: holds = overflow; break;
	case 4: holds = carry && !zero; break;
	case 5: holds = negative == overflow; break;
	case 6: holds = negative == overflow && !zero; break;
	default: return true;
	}
	return holds != (condition & 1);
}

/* The last one is always zero. */
#define REGISTER_NUMBERED(ctx, number) \
	((number) < 31 ? register_at(ctx, (number) * sizeof(__u64)) : 0)

#endif

static __noinline bool taken(void *ctx, __u32 condition)
{
	bool zero;

	if (condition & JUMP_FLAGS)
		return flags_hold(ctx, condition);
	if (!(condition & (JUMP_ZERO | JUMP_BIT)))
		return true;
	__u64 number = REGISTER_NUMBERED(ctx, condition & 31);
	if (condition & JUMP_BIT)
		zero = !(number >> (condition >> JUMP_BIT_SHIFT & 63) & 1);
	else
		zero = condition & JUMP_WIDE ? !number : !(__u32)number;
	return zero != !!(condition & JUMP_NEGATED);
}

/* Whether a jump whose target is computed stays inside of its function, as one by a table does. */
static __always_inline bool stays(void *ctx, struct jump *jump)
{
	__u64 target = register_at(ctx, jump->base) + jump->displacement;

	if (jump->scale)
		target += register_at(ctx, jump->index) * jump->scale;
	if (jump->is_memory) {
		__u64 address = target;

		if (copy_user(&target, sizeof(target), (void *)address))
			return false;
	}
	return target - (READ_REGISTER(ctx, INSTRUCTION_POINTER) + jump->begin) < jump->size;
}

/*
 * The jump at which a program runs, if it is taken and leads where it is expected to; otherwise
 * null.
 */
static __always_inline struct jump *jump_taken(void *ctx, __u64 site)
{
	__u32 key = site_number(site);
	struct jump *jump = bpf_map_lookup_elem(&uprobe_jumps, &key);

	if (!jump || !taken(ctx, jump->condition) || (jump->size && stays(ctx, jump)))
		return 0;
	return jump;
}

#endif
