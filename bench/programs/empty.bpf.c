// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The floor: programs that return at once. */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "Dual BSD/GPL";

SEC("uprobe")
int on_entry(void *ctx)
{
	return 0;
}

SEC("uretprobe")
int on_return(void *ctx)
{
	return 0;
}
