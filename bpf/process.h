/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Which process and thread hit a probe, by the numbers that the agent knows them by. */
#ifndef UPROBE_PROCESS_H
#define UPROBE_PROCESS_H

#include <linux/bpf.h>
#include <linux/types.h>

#include <bpf/bpf_helpers.h>

#include "offsets.h"
#include "specialised.h"

/*
 * How many pid namespaces are looked at, from the thread's own outwards; the kernel nests up to 32.
 */
#define MAX_PID_NAMESPACES 8

/* The pointer at an offset of a kernel struct; null where there is none. */
static __always_inline void *pointer_in(void *object, __u32 offset)
{
	void *pointer = 0;

	bpf_probe_read_kernel(&pointer, sizeof(pointer), object + offset);
	return pointer;
}

static __always_inline __u32 number_in(void *object, __u32 offset)
{
	__u32 number = 0;

	bpf_probe_read_kernel(&number, sizeof(number), object + offset);
	return number;
}

/* The number of a thread in the agent's pid namespace; 0 where it is not in there. */
static __noinline __u32 thread_number(void *task)
{
	const volatile struct pid_offsets *offsets = &config.numbering.offsets;
	void *pid = pointer_in(task, offsets->task_pid);
	__u32 level = number_in(pid, offsets->pid_level);

	for (__u32 i = 0; i < MAX_PID_NAMESPACES; i++) {
		if (i > level)
			break;
		void *numbered =
			pid + offsets->pid_numbers + (__u64)(level - i) * offsets->upid_size;
		void *namespace = pointer_in(numbered, offsets->upid_namespace);

		if (number_in(namespace, offsets->namespace_number) == config.numbering.namespace)
			return number_in(numbered, offsets->upid_number);
	}
	return 0;
}

/* Process and thread as bpf_get_current_pid_tgid has them; 0 of one that the agent cannot see. */
static __always_inline __u64 current_thread(void)
{
	if (!config.numbering.namespace)
		return bpf_get_current_pid_tgid();
	void *task = (void *)bpf_get_current_task();
	void *leader = pointer_in(task, config.numbering.offsets.task_leader);

	return (__u64)thread_number(leader) << 32 | thread_number(task);
}

#endif
