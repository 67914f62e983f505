/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Arguments of static probes: each place has them where its note says (SystemTap's sys/sdt.h). */
#ifndef UPROBE_USDT_H
#define UPROBE_USDT_H

#include <linux/bpf.h>
#include <linux/types.h>
#include <stdbool.h>

#include <bpf/bpf_helpers.h>

#include "memory.h"
#include "registers.h"
#include "site.h"

#define MAX_USDT_ARGUMENTS 12

enum usdt_kind {
	USDT_CONSTANT = 1,
	USDT_REGISTER,
	USDT_MEMORY,
};

struct usdt_argument {
	__s64 number; /* a constant, or what is added to the address */
	__u16 base;   /* a register, by its offset in the context, up to LAST_REGISTER */
	__u16 index;  /* another one, added to the address */
	__u8 kind;
	__u8 scale; /* what the index is multiplied with; 0 where there is none */
	__u8 bytes; /* 1, 2, 4 or 8 */
	__u8 is_signed;
};

struct usdt_place {
	struct usdt_argument arguments[MAX_USDT_ARGUMENTS];
};

/* The places of a probe that differ; the agent sets their number. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct usdt_place);
} uprobe_usdt SEC(".maps");

static __noinline bool usdt_argument(void *ctx, __u32 index, __u64 *number, __u32 how)
{
	__u32 key = site_number(site(ctx));
	struct usdt_place *place = bpf_map_lookup_elem(&uprobe_usdt, &key);

	if (!number || !place || index < 1 || index > MAX_USDT_ARGUMENTS)
		return false;
	struct usdt_argument *argument = &place->arguments[index - 1];
	__u64 value = argument->number;
	__u32 unused = 64 - 8 * argument->bytes;

	if (argument->kind == USDT_REGISTER) {
		value = register_at(ctx, argument->base);
	} else if (argument->kind == USDT_MEMORY) {
		value += register_at(ctx, argument->base);
		if (argument->scale)
			value += register_at(ctx, argument->index) * argument->scale;
		__u64 address = value;

		value = 0;
		if (argument->bytes > sizeof(value) ||
		    !read_user(&value, argument->bytes, address, how))
			return false;
	} else if (argument->kind != USDT_CONSTANT) {
		return false;
	}
	if (argument->is_signed)
		*number = (__u64)((__s64)(value << (unused & 63)) >> (unused & 63));
	else
		*number = value << (unused & 63) >> (unused & 63);
	return true;
}

#endif
