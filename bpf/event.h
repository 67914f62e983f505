/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The wire format: what uprobe.bpf.c writes into the ring buffer and the agent's decoder reads. */
#ifndef UPROBE_EVENT_H
#define UPROBE_EVENT_H

#include <linux/types.h>

#define COMM_LENGTH 16

/*
 * One event: this head, then a slot for each value of the probe at the offset that its config
 * gives.
 */
struct event {
	__u64 time_ns;     /* CLOCK_MONOTONIC, when the probe fired; of a call, when it returned */
	__u64 duration_ns; /* from a call's entry to its return; otherwise 0 */
	__u32 probe;       /* the number that the agent gave to the probe */
	__u32 function;    /* which function of the probe, by its number */
	__u32 pid;         /* thread group, as the agent's pid namespace numbers it */
	__u32 tid;
	__u32 cpu;
	__u32 unreadable; /* bit i: value i could not be read */
	char comm[COMM_LENGTH];
	__u32 mount_namespace; /* of the container; 0 where containers are not selected */
	/* of a function that left by a jump: why its return is not seen, by number; otherwise 0 */
	__u32 left_by;
};

/* A number's slot has 8 bytes, upper bits as the program left them. */

/* What is behind the address of a string or of bytes. */
enum memory {
	MEMORY_NULL,
	MEMORY_PRESENT,
	MEMORY_NEGATIVE_LENGTH,
};

/*
 * The slot of a string or of bytes. The data that follow are as long as the value's size in its
 * config.
 */
struct memory_slot {
	/*
	 * Of a string: its bytes with the final NUL; equal to the size when it is longer than that.
	 * Of bytes: how many there are, even where the slot keeps fewer.
	 */
	__u32 length;
	__u32 memory;
	__u8 data[];
};

/* The slot of a call stack; as many addresses follow as the probe's config says. */
struct stack_slot {
	/*
	 * of an event of a function's first instruction: where the function returns to; otherwise 0
	 */
	__u64 caller;
	/*
	 * of such an event: what the frame pointer leads to, the caller's caller; 0 where that is
	 * nowhere
	 */
	__u64 framed;
	__u32 length; /* how many bytes of addresses there are */
	__u32 reserved;
	__u64 addresses[];
};

/* What happened to the hits of one probe; one a CPU. */
struct counters {
	__u64 hits;     /* calls of selected processes */
	__u64 events;   /* sent */
	__u64 filtered; /* rejected by a condition */
	__u64 limited;  /* rejected by the limit, or not among the samples */
	__u64 lost;     /* the ring buffer was full */
	/*
	 * calls of which no return was seen: they left by a jump or an exception, or the table of
	 * calls was full
	 */
	__u64 missed;
};

/*
 * Shared with the reader by a mapped page: a sleeping reader must be woken, a busy one need not be.
 */
struct reader {
	__u32 asleep;
};

#endif
