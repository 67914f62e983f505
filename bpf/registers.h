/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Registers of the C calling conventions, as offsets into the context that the kernel hands to a uprobe program. */
#ifndef UPROBE_REGISTERS_H
#define UPROBE_REGISTERS_H

/*
 * The verifier takes a register only from a constant offset of the context; inline assembly keeps the compiler from
 * computing one.
 */
#define READ_REGISTER(ctx, offset)                                                      \
	({                                                                              \
		__u64 value_;                                                           \
		asm volatile("%[value] = *(u64 *)(%[context] + %[at])"                  \
			     : [value] "=r"(value_)                                     \
			     : [context] "r"(ctx), [at] "i"(offset));                   \
		value_;                                                                 \
	})

#if defined(__TARGET_ARCH_x86)

/* struct pt_regs of arch/x86/include/asm/ptrace.h; System V ABI, AMD64 supplement, 3.2.3 */
#define REGISTER_ARGUMENTS 6
#define STACK_POINTER 152
#define FRAME_POINTER 32
#define INSTRUCTION_POINTER 128
#define RETURN_REGISTER 80
/* Of a function at its first instruction, or at a return instruction. */
#define RETURN_ADDRESS(ctx) user_word(READ_REGISTER(ctx, STACK_POINTER))
/* At entry the return address lies between the stack pointer and the first argument passed on the stack. */
#define STACK_ARGUMENTS_AT 8
/* A return has taken the return address off the stack. */
#define STACK_POPPED_BY_RETURN 8
/* R14; Go's internal ABI, "amd64 architecture" */
#define GOROUTINE_REGISTER 8
#define LAST_REGISTER 160

static __always_inline __u64 argument_register_here(void *ctx, __u32 index)
{
	switch (index) {
	case 1: return READ_REGISTER(ctx, 112);
	case 2: return READ_REGISTER(ctx, 104);
	case 3: return READ_REGISTER(ctx, 96);
	case 4: return READ_REGISTER(ctx, 88);
	case 5: return READ_REGISTER(ctx, 72);
	default: return READ_REGISTER(ctx, 64);
	}
}

/* Arguments and results alike; Go's internal ABI, "amd64 architecture" */
static __noinline __u64 go_register(void *ctx, __u32 index)
{
	switch (index) {
	case 1: return READ_REGISTER(ctx, 80);
	case 2: return READ_REGISTER(ctx, 40);
	case 3: return READ_REGISTER(ctx, 88);
	case 4: return READ_REGISTER(ctx, 112);
	case 5: return READ_REGISTER(ctx, 104);
	case 6: return READ_REGISTER(ctx, 72);
	case 7: return READ_REGISTER(ctx, 64);
	case 8: return READ_REGISTER(ctx, 56);
	default: return READ_REGISTER(ctx, 48);
	}
}

#elif defined(__TARGET_ARCH_arm64)

/* struct user_pt_regs of arch/arm64/include/uapi/asm/ptrace.h; AAPCS64, 6.8 */
#define REGISTER_ARGUMENTS 8
#define STACK_POINTER 248
#define FRAME_POINTER 232
#define INSTRUCTION_POINTER 256
#define RETURN_REGISTER 0
/* Of a function at its first instruction, or at a return instruction: the link register. */
#define RETURN_ADDRESS(ctx) READ_REGISTER(ctx, 240)
#define STACK_ARGUMENTS_AT 0
#define STACK_POPPED_BY_RETURN 0
/* R28; Go's internal ABI, "arm64 architecture" */
#define GOROUTINE_REGISTER 224
#define LAST_REGISTER 256

static __always_inline __u64 argument_register_here(void *ctx, __u32 index)
{
	switch (index) {
	case 1: return READ_REGISTER(ctx, 0);
	case 2: return READ_REGISTER(ctx, 8);
	case 3: return READ_REGISTER(ctx, 16);
	case 4: return READ_REGISTER(ctx, 24);
	case 5: return READ_REGISTER(ctx, 32);
	case 6: return READ_REGISTER(ctx, 40);
	case 7: return READ_REGISTER(ctx, 48);
	default: return READ_REGISTER(ctx, 56);
	}
}

/* Arguments and results alike; Go's internal ABI, "arm64 architecture" */
static __noinline __u64 go_register(void *ctx, __u32 index)
{
	if (index == 9)
		return READ_REGISTER(ctx, 64);
	return argument_register_here(ctx, index);
}

#else
#error "uprobe.bpf.c is built for x86-64 and arm64"
#endif

#define REGISTER_CASE(offset) case offset: return READ_REGISTER(ctx, offset)

/*
 * A register that is only known when the program runs. The context is memory of the kernel, and bpf_probe_read_kernel
 * would do; but under lockdown=confidentiality kernels load no program that has it.
 */
static __noinline __u64 register_at(void *ctx, __u32 offset)
{
	switch (offset) {
	REGISTER_CASE(0);
	REGISTER_CASE(8);
	REGISTER_CASE(16);
	REGISTER_CASE(24);
	REGISTER_CASE(32);
	REGISTER_CASE(40);
	REGISTER_CASE(48);
	REGISTER_CASE(56);
	REGISTER_CASE(64);
	REGISTER_CASE(72);
	REGISTER_CASE(80);
	REGISTER_CASE(88);
	REGISTER_CASE(96);
	REGISTER_CASE(104);
	REGISTER_CASE(112);
	REGISTER_CASE(120);
	REGISTER_CASE(128);
	REGISTER_CASE(136);
	REGISTER_CASE(144);
	REGISTER_CASE(152);
	REGISTER_CASE(160);
#if LAST_REGISTER > 160
	REGISTER_CASE(168);
	REGISTER_CASE(176);
	REGISTER_CASE(184);
	REGISTER_CASE(192);
	REGISTER_CASE(200);
	REGISTER_CASE(208);
	REGISTER_CASE(216);
	REGISTER_CASE(224);
	REGISTER_CASE(232);
	REGISTER_CASE(240);
	REGISTER_CASE(248);
	REGISTER_CASE(256);
#endif
	default: return 0;
	}
}

/* Takes less room than argument_register_here. */
static __noinline __u64 argument_register(void *ctx, __u32 index)
{
	return argument_register_here(ctx, index);
}

#endif
