/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * What the agent writes into a probe's read-only data before the program is loaded. The verifier then knows every
 * field as a constant and removes what the probe does not use.
 */
#ifndef UPROBE_CONFIG_H
#define UPROBE_CONFIG_H

#include "event.h"
#include "fields.h"

#define MAX_VALUES 17 /* sixteen arguments and the return value */
#define MAX_CONDITIONS 16

enum source {
	SOURCE_ARGUMENT = 1,
	SOURCE_RETURN_VALUE,
	SOURCE_DURATION,
	SOURCE_PROCESS_ID,
	SOURCE_THREAD_ID,
};

enum kind {
	KIND_END, /* no value here, and none after it */
	KIND_NUMBER,
	KIND_STRING,
	KIND_BYTES,
};

enum operator {
	OPERATOR_END, /* no condition here, and none after it */
	OPERATOR_EQUAL,
	OPERATOR_NOT_EQUAL,
	OPERATOR_LESS,
	OPERATOR_LESS_OR_EQUAL,
	OPERATOR_GREATER,
	OPERATOR_GREATER_OR_EQUAL,
	OPERATOR_ANY_BIT,
};

/* A number, and where it is found. */
struct operand {
	__u8 source;
	__u8 index;     /* of an argument, from 1 */
	__u8 bytes;     /* 1, 2, 4 or 8 */
	__u8 is_signed;
};

struct value {
	struct operand operand;
	struct operand length; /* of bytes: how many there are; source 0 for exactly size */
	__u32 kind;
	__u32 offset;          /* of the slot in the event */
	__u32 size;            /* of the data of a string or of bytes */
};

struct condition {
	struct operand left;
	__u8 operator;
	__u8 at_return;   /* decided at the call's return, with the arguments as they were at entry */
	__u8 ends_clause; /* the conditions since the last one that ends a clause are alternatives */
	__u8 reserved;
	__u32 offset;     /* of an argument's slot in the event, for a condition at return */
	__u32 unreadable; /* the argument's bit in the event's unreadable, for a condition at return */
	__u64 right;
};

/* Which processes are reported; 0 and empty select all. */
struct selection {
	__u32 own_pid;    /* the agent, never reported: printing an event would cause the next one */
	__u32 pid;
	__u64 exe_inode;
	__u32 exe_device; /* as the kernel encodes it: major << 20 | minor */
	__u32 by_comm;
	char comm[COMM_LENGTH];
	__u32 by_container; /* only processes whose mount namespace is in the map `containers` */
	__u32 reserved;
};

/* The call stack that an event shows. */
struct stack {
	__u32 offset;      /* of the slot in the event */
	__u32 frames;      /* 0 for no stack */
	__u32 at_function; /* the probe is at a function's first instruction, where the caller's frame is still in use */
	__u32 reserved;
};

struct config {
	__u32 probe;
	__u32 event_size;
	__u32 wake_at;    /* bytes waiting in the ring buffer at which even a busy reader is woken */
	__u32 has_cookie; /* the kernel tells which function fired (5.15) */
	struct selection selection;
	struct value values[MAX_VALUES];
	struct condition conditions[MAX_CONDITIONS];
	struct fields fields; /* for the selection by executable or container */
	struct stack stack;
};

#endif
