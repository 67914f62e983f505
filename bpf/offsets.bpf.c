// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Finds struct kernel_offsets by the running kernel's BTF, once for all probes: libbpf reads the
 * whole BTF for every object that has relocations of its own, which takes longer than all else that
 * it does to load a probe.
 */
#include <linux/bpf.h>
#include <linux/types.h>
#include <stdbool.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#include "offsets.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct kernel_offsets);
} uprobe_offsets SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct pid_offsets);
} uprobe_pid_offs SEC(".maps");

struct super_block {
	__u32 s_dev;
} __attribute__((preserve_access_index));

struct inode {
	unsigned long i_ino;
	struct super_block *i_sb;
} __attribute__((preserve_access_index));

struct file {
	struct inode *f_inode;
} __attribute__((preserve_access_index));

struct mm_struct {
	struct file *exe_file;
} __attribute__((preserve_access_index));

struct ns_common {
	unsigned int inum;
} __attribute__((preserve_access_index));

struct mnt_namespace {
	struct ns_common ns;
} __attribute__((preserve_access_index));

struct nsproxy {
	struct mnt_namespace *mnt_ns;
} __attribute__((preserve_access_index));

struct pid_namespace {
	struct ns_common ns;
} __attribute__((preserve_access_index));

struct upid {
	int nr;
	struct pid_namespace *ns;
} __attribute__((preserve_access_index));

struct pid {
	unsigned int level;
	struct upid numbers[1];
} __attribute__((preserve_access_index));

struct task_struct {
	struct mm_struct *mm;
	struct nsproxy *nsproxy;
	struct task_struct *group_leader;
	struct pid *thread_pid;
} __attribute__((preserve_access_index));

/* Run once by the agent. */
SEC("raw_tp")
int uprobe_find_offsets(void *ctx __attribute__((unused)))
{
	__u32 key = 0;
	struct kernel_offsets offsets = {
		.task_mm = bpf_core_field_offset(struct task_struct, mm),
		.mm_exe_file = bpf_core_field_offset(struct mm_struct, exe_file),
		.file_inode = bpf_core_field_offset(struct file, f_inode),
		.inode_number = bpf_core_field_offset(struct inode, i_ino),
		.inode_super_block = bpf_core_field_offset(struct inode, i_sb),
		.super_block_device = bpf_core_field_offset(struct super_block, s_dev),
		.task_namespaces = bpf_core_field_offset(struct task_struct, nsproxy),
		.namespaces_mount = bpf_core_field_offset(struct nsproxy, mnt_ns),
		.mount_number = bpf_core_field_offset(struct mnt_namespace, ns.inum),
	};

	struct pid_offsets pid_offsets = {
		.task_leader = bpf_core_field_offset(struct task_struct, group_leader),
		.task_pid = bpf_core_field_offset(struct task_struct, thread_pid),
		.pid_level = bpf_core_field_offset(struct pid, level),
		.pid_numbers = bpf_core_field_offset(struct pid, numbers),
		.upid_size = bpf_core_type_size(struct upid),
		.upid_number = bpf_core_field_offset(struct upid, nr),
		.upid_namespace = bpf_core_field_offset(struct upid, ns),
		.namespace_number = bpf_core_field_offset(struct pid_namespace, ns.inum),
	};

	if (bpf_map_update_elem(&uprobe_pid_offs, &key, &pid_offsets, BPF_ANY))
		return 1;
	return bpf_map_update_elem(&uprobe_offsets, &key, &offsets, BPF_ANY);
}
