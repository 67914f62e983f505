/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the agent writes into a probe's read-only data before the program is loaded. The verifier
 * then knows every field as a constant and removes what the probe does not use.
 */
#ifndef UPROBE_CONFIG_H
#define UPROBE_CONFIG_H

#include <linux/types.h>

#include "event.h"
#include "offsets.h"

#define MAX_VALUES 17 /* sixteen arguments and the return value */
#define MAX_CONDITIONS 16
#define MAX_STEPS 4
#define MAX_KEYS 2      /* that tell groups of calls apart */
#define MAX_TEXT_KEY 32 /* bytes of a string that tell groups apart */

/* What the language has to know as well. */
enum bounds {
	MAX_PATTERN = 63, /* bytes of a constant that texts are compared with */
	MAX_REACH = 4097, /* the longest string that is kept, and its NUL */
};

enum source {
	SOURCE_ARGUMENT = 1,
	SOURCE_RETURN_VALUE,
	SOURCE_DURATION,
	SOURCE_PROCESS_ID,
	SOURCE_THREAD_ID,
	SOURCE_COMM,
};

/* When a program runs. */
enum moment {
	AT_ENTRY,
	AT_RETURN,
	AT_EXIT, /* the function leaves by a jump, and what it returns is not seen */
};

enum kind {
	KIND_END, /* no value here, and none after it */
	KIND_NUMBER,
	KIND_STRING,
	KIND_BYTES,
};

enum operator{
	OPERATOR_END, /* no condition here, and none after it */
	OPERATOR_EQUAL,
	OPERATOR_NOT_EQUAL,
	OPERATOR_LESS,
	OPERATOR_LESS_OR_EQUAL,
	OPERATOR_GREATER,
	OPERATOR_GREATER_OR_EQUAL,
	OPERATOR_ANY_BIT,
	OPERATOR_TEXT_EQUAL, /* from here on: of a string, of bytes, or of the comm */
	OPERATOR_TEXT_NOT_EQUAL,
	OPERATOR_TEXT_STARTS_WITH,
	OPERATOR_TEXT_ENDS_WITH,
	OPERATOR_TEXT_CONTAINS,
};

/* Where a function has its arguments and return values. */
enum convention {
	CONVENTION_C,
	CONVENTION_GO,
	CONVENTION_USDT,
};

/* A number, and where it is found. */
struct operand {
	__u8 source;
	__u8 index; /* of an argument or a return value, from 1 */
	__u8 bytes; /* 1, 2, 4 or 8 */
	__u8 is_signed;
	__u8 at_return; /* read when the function returns; otherwise at its entry */
	__u8 steps;     /* how many of the offsets are followed */
	/* where, from the event, a running call keeps the argument; 0 where it does not */
	__u16 kept;
	/* each is added to the address so far, and the next one is read there */
	__s32 offsets[MAX_STEPS];
	__s32 plus; /* added to what the last step has found */
};

struct value {
	struct operand operand;
	struct operand length; /* of bytes: how many there are; source 0 for exactly size */
	__u32 kind;
	__u32 offset; /* of the slot in the event; 0 of what is only compared */
	__u32 size;   /* of the data of a string or of bytes */
};

struct condition {
	struct operand left; /* of a text only its source and moment: the value has the rest */
	__u32 reach;         /* of a text: how many of its bytes are looked at */
	__u64 right;         /* a number; of a text: which of the patterns */
	__u8 operator;
	/* the conditions since the last one that ends a clause are alternatives */
	__u8 ends_clause;
	__u8 value;  /* of a text that is no comm: which of the values */
	__u8 length; /* of a text: the bytes of the constant, at most MAX_PATTERN */
	__u32 reserved;
};

/* How many events are sent. */
struct limit {
	/* the time that each event takes of a budget that grows with time; 0: no limit */
	__u64 interval_ns;
	__u32 sample_every; /* at least 1 */
	__u32 at_entry;     /* a call is sampled at its entry: nothing is decided at its return */
};

/* Which processes are reported; 0 and empty select all. */
struct selection {
	__u32 own_pid; /* the agent, never reported: printing an event would cause the next one */
	__u32 pid;
	__u32 by_exe; /* only processes whose executable is in the map `uprobe_exes` */
	__u32 by_comm;
	char comm[COMM_LENGTH];
	__u32 by_container; /* only processes whose mount namespace is in the map `uprobe_mntns` */
	__u32 reserved[3];
};

enum group_by {
	GROUP_BY_END, /* no key here, and none after it */
	GROUP_BY_NUMBER,
	GROUP_BY_TEXT,
	GROUP_BY_COMM,
	GROUP_BY_PROCESS,
	GROUP_BY_CONTAINER,
	GROUP_BY_FUNCTION,
	/* a text whose slot keeps MAX_TEXT_KEY bytes, and says how many there are */
	GROUP_BY_SIZED_TEXT,
};

/* Something that is the same for all calls of a group. */
struct group_key {
	struct operand number;
	__u32 kind;
	__u32 at;         /* where in the group's key */
	__u32 offset;     /* of a value's slot in the event */
	__u32 unreadable; /* the value's bit in the event's unreadable */
};

/* What is kept instead of sending events. */
struct aggregation {
	__u32 buckets;         /* 0 where events are sent, 1 to count calls only */
	struct operand number; /* source 0 to count calls only */
	__u32 offset;          /* of the number's slot in the event, unless it is the duration */
	__u32 unreadable;      /* the number's bit in the event's unreadable */
	__u64 from;            /* the least number of the first bucket of equal width */
	__u64 width;           /* of these buckets; 0 for one bucket for each power of two */
	struct group_key keys[MAX_KEYS];
};

/* The call stack that an event shows. */
struct stack {
	__u32 offset; /* of the slot in the event */
	__u32 frames; /* 0 for no stack */
	/*
	 * the event is of a function's first instruction, where the caller's frame is still in use
	 */
	__u32 at_function;
	__u32 reserved;
};

/* How the agent counts processes and threads: as a pid namespace does. */
struct numbering {
	/* its inode number; 0 for the initial one, in which the kernel counts by itself */
	__u32 namespace;
	struct pid_offsets offsets; /* to find a number in the namespace */
	__u32 reserved;
};

struct config {
	__u32 probe;
	__u32 event_size;
	__u32 wake_at; /* bytes waiting in the ring buffer at which even a busy reader is woken */
	__u32 has_cookie; /* the kernel passes attach cookies (5.15) */
	struct selection selection;
	struct value values[MAX_VALUES];
	struct condition conditions[MAX_CONDITIONS];
	struct limit limit;
	struct kernel_offsets offsets; /* for the selection by executable or container */
	__u32 convention;
	struct aggregation aggregation;
	struct stack stack;
	struct numbering numbering;
	__u32 never;     /* always 0: what depends on it stays in a program, and never runs */
	__u32 can_sleep; /* the program waits for memory that is not there yet (kernel 6.0) */
	/*
	 * where has_cookie is 0: the place that this copy of the programs is attached to, as
	 * bpf/site.h has it
	 */
	__u64 site;
};

#endif
