/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Which processes a probe reports. */
#ifndef UPROBE_SELECT_H
#define UPROBE_SELECT_H

#include <linux/bpf.h>
#include <linux/types.h>
#include <stdbool.h>

#include <bpf/bpf_helpers.h>

#include "event.h"
#include "offsets.h"
#include "process.h"
#include "specialised.h"

/*
 * The mount namespaces of the selected containers; the agent makes one map for all probes of a
 * trace.
 */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} uprobe_mntns SEC(".maps");

/* A file as the kernel knows it. */
struct executable {
	__u64 inode;
	__u32 device; /* as the kernel encodes it: major << 20 | minor */
	__u32 reserved;
};

/* What the selected processes run; versions come and go while the program is attached. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, struct executable);
	__type(value, __u32);
} uprobe_exes SEC(".maps");

static __always_inline bool selected_exe(void)
{
	const volatile struct kernel_offsets *offsets = &config.offsets;
	void *mm = pointer_in((void *)bpf_get_current_task(), offsets->task_mm);
	void *inode = pointer_in(pointer_in(mm, offsets->mm_exe_file), offsets->file_inode);
	void *super_block = pointer_in(inode, offsets->inode_super_block);
	struct executable file = {};

	bpf_probe_read_kernel(&file.inode, sizeof(file.inode), inode + offsets->inode_number);
	bpf_probe_read_kernel(&file.device, sizeof(file.device),
			      super_block + offsets->super_block_device);
	return bpf_map_lookup_elem(&uprobe_exes, &file) != 0;
}

static __always_inline bool selected_comm(void)
{
	__u64 comm[COMM_LENGTH / sizeof(__u64)] = {};
	const volatile __u64 *wanted = (const volatile __u64 *)config.selection.comm;

	bpf_get_current_comm(comm, sizeof(comm));
	return comm[0] == wanted[0] && comm[1] == wanted[1];
}

/* Who hit the probe. */
struct hit {
	__u64 thread;          /* process and thread, as current_thread has them */
	__u32 mount_namespace; /* where containers are selected; otherwise 0 */
	__u32 function;        /* as events have it; once it is known */
	__u64 site;            /* what the agent says of the place */
};

/* Which container the current process is in. */
static __always_inline __u32 mount_namespace(void)
{
	const volatile struct kernel_offsets *offsets = &config.offsets;
	void *namespaces = pointer_in((void *)bpf_get_current_task(), offsets->task_namespaces);
	void *mount = pointer_in(namespaces, offsets->namespaces_mount);

	return number_in(mount, offsets->mount_number);
}

static __always_inline bool selected_container(struct hit *hit)
{
	hit->mount_namespace = mount_namespace();
	return bpf_map_lookup_elem(&uprobe_mntns, &hit->mount_namespace) != 0;
}

/*
 * Set when the probe is about to be taken off its functions, which takes a while: it then ends at
 * one moment. A call whose entry or return is no longer seen never becomes an event.
 */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} uprobe_ended SEC(".maps");

static __always_inline bool has_ended(void)
{
	__u32 key = 0;
	volatile __u32 *is = bpf_map_lookup_elem(&uprobe_ended, &key);

	return is && *is;
}

static __always_inline bool selected(struct hit *hit)
{
	__u32 pid = hit->thread >> 32;

	if (has_ended())
		return false;
	if (!pid || pid == config.selection.own_pid)
		return false;
	if (config.selection.pid && pid != config.selection.pid)
		return false;
	if (config.selection.by_comm && !selected_comm())
		return false;
	if (config.selection.by_exe && !selected_exe())
		return false;
	if (config.selection.by_container && !selected_container(hit))
		return false;
	return true;
}

#endif
