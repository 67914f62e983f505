/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The helpers that read the traced program's memory, by numbers that no kernel has: the agent
 * writes the real ones as the program is loaded (UserMemoryHelpers.java).
 *
 * libbpf replaces the real ones by bpf_probe_read, which reads any memory, where the kernel does
 * not load bpf_probe_read_kernel (libbpf.c, bpf_object__sanitize_prog). It takes such a kernel for
 * one before 5.5. Under lockdown=confidentiality new kernels refuse both of these and yet grant the
 * program's own memory.
 */
#ifndef UPROBE_USER_MEMORY_H
#define UPROBE_USER_MEMORY_H

#include <linux/bpf.h>
#include <linux/types.h>

/* Added to the number of a helper. */
enum helper_number {
	NUMBERED_BY_AGENT = 0x10000,
};

/* As bpf_probe_read_user. */
static long (*const copy_user)(void *to, __u32 size,
			       const void *from) = (void *)(NUMBERED_BY_AGENT +
							    BPF_FUNC_probe_read_user);

/* As bpf_probe_read_user_str. */
static long (*const copy_user_string)(void *to, __u32 size,
				      const void *from) = (void *)(NUMBERED_BY_AGENT +
								   BPF_FUNC_probe_read_user_str);

#endif
