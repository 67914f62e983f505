/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Where the running kernel keeps what tells which program and container a process is of: offsets
 * into its structs.
 */
#ifndef UPROBE_OFFSETS_H
#define UPROBE_OFFSETS_H

#include <linux/types.h>

struct kernel_offsets {
	__u32 task_mm;
	__u32 mm_exe_file;
	__u32 file_inode;
	__u32 inode_number;
	__u32 inode_super_block;
	__u32 super_block_device;
	__u32 task_namespaces;
	__u32 namespaces_mount;
	__u32 mount_number;
};

/*
 * The same of what tells a thread's numbers: one in each pid namespace, from the initial one to its
 * own.
 */
struct pid_offsets {
	__u32 task_leader;
	__u32 task_pid;
	__u32 pid_level;
	__u32 pid_numbers;
	__u32 upid_size;
	__u32 upid_number;
	__u32 upid_namespace;
	__u32 namespace_number;
};

#endif
