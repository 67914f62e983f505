/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Registers of the C calling conventions, as offsets into the context that the kernel hands to a
 * uprobe program.
 */
#ifndef UPROBE_REGISTERS_H
#define UPROBE_REGISTERS_H

#include <linux/bpf.h>
#include <linux/types.h>

#include <bpf/bpf_helpers.h>

#include "memory.h"

/*
 * The verifier takes a register only from a constant offset of the context; inline assembly keeps
 * the compiler from computing one.
 */
#define READ_REGISTER(ctx, offset)                                     \
	({                                                             \
		__u64 value_;                                          \
		asm volatile("%[value] = *(u64 *)(%[context] + %[at])" \
			     : [value] "=r"(value_)                    \
			     : [context] "r"(ctx), [at] "i"(offset));  \
		value_;                                                \
	})

/* Where struct pt_regs has the registers: arch/x86/include/asm/ptrace.h. */
enum x86_register {
	X86_R15 = 0,
	X86_R14 = 8,
	X86_R13 = 16,
	X86_R12 = 24,
	X86_BP = 32,
	X86_BX = 40,
	X86_R11 = 48,
	X86_R10 = 56,
	X86_R9 = 64,
	X86_R8 = 72,
	X86_AX = 80,
	X86_CX = 88,
	X86_DX = 96,
	X86_SI = 104,
	X86_DI = 112,
	X86_IP = 128,
	X86_FLAGS = 144,
	X86_SP = 152,
	X86_SS = 160,
};

/*
 * Where struct user_pt_regs has the registers: arch/arm64/include/uapi/asm/ptrace.h. Xn is at n *
 * 8.
 */
enum arm64_register {
	ARM64_X0 = 0,
	ARM64_X1 = 8,
	ARM64_X2 = 16,
	ARM64_X3 = 24,
	ARM64_X4 = 32,
	ARM64_X5 = 40,
	ARM64_X6 = 48,
	ARM64_X7 = 56,
	ARM64_X8 = 64,
	ARM64_X28 = 224,
	ARM64_FP = 232,
	ARM64_LR = 240,
	ARM64_SP = 248,
	ARM64_PC = 256,
	ARM64_PSTATE = 264,
};

#if defined(__TARGET_ARCH_x86)

/* System V ABI, AMD64 supplement, 3.2.3 */
#define REGISTER_ARGUMENTS 6
#define STACK_POINTER X86_SP
#define FRAME_POINTER X86_BP
#define INSTRUCTION_POINTER X86_IP
#define RETURN_REGISTER X86_AX
/* Of a function at its first instruction, or at a return instruction. */
#define RETURN_ADDRESS(ctx) user_word(READ_REGISTER(ctx, STACK_POINTER))
/*
 * At entry the return address lies between the stack pointer and the first argument passed on the
 * stack.
 */
#define STACK_ARGUMENTS_AT 8
/* A return has taken the return address off the stack. */
#define STACK_POPPED_BY_RETURN 8
/* Go's internal ABI, "amd64 architecture" */
#define GOROUTINE_REGISTER X86_R14
#define LAST_REGISTER X86_SS

static __always_inline __u64 argument_register_here(void *ctx, __u32 index)
{
	switch (index) {
	case 1: return READ_REGISTER(ctx, X86_DI);
	case 2: return READ_REGISTER(ctx, X86_SI);
	case 3: return READ_REGISTER(ctx, X86_DX);
	case 4: return READ_REGISTER(ctx, X86_CX);
	case 5: return READ_REGISTER(ctx, X86_R8);
	default: return READ_REGISTER(ctx, X86_R9);
	}
}

/* Arguments and results alike; Go's internal ABI, "amd64 architecture" */
static __noinline __u64 go_register(void *ctx, __u32 index)
{
	switch (index) {
	case 1: return READ_REGISTER(ctx, X86_AX);
	case 2: return READ_REGISTER(ctx, X86_BX);
	case 3: return READ_REGISTER(ctx, X86_CX);
	case 4: return READ_REGISTER(ctx, X86_DI);
	case 5: return READ_REGISTER(ctx, X86_SI);
	case 6: return READ_REGISTER(ctx, X86_R8);
	case 7: return READ_REGISTER(ctx, X86_R9);
	case 8: return READ_REGISTER(ctx, X86_R10);
	default: return READ_REGISTER(ctx, X86_R11);
	}
}

#elif defined(__TARGET_ARCH_arm64)

/* AAPCS64, 6.8 */
#define REGISTER_ARGUMENTS 8
#define STACK_POINTER ARM64_SP
#define FRAME_POINTER ARM64_FP
#define INSTRUCTION_POINTER ARM64_PC
#define RETURN_REGISTER ARM64_X0
/* Of a function at its first instruction, or at a return instruction: the link register. */
#define RETURN_ADDRESS(ctx) READ_REGISTER(ctx, ARM64_LR)
#define STACK_ARGUMENTS_AT 0
#define STACK_POPPED_BY_RETURN 0
/* Go's internal ABI, "arm64 architecture" */
#define GOROUTINE_REGISTER ARM64_X28
#define LAST_REGISTER ARM64_PC

static __always_inline __u64 argument_register_here(void *ctx, __u32 index)
{
	switch (index) {
	case 1: return READ_REGISTER(ctx, ARM64_X0);
	case 2: return READ_REGISTER(ctx, ARM64_X1);
	case 3: return READ_REGISTER(ctx, ARM64_X2);
	case 4: return READ_REGISTER(ctx, ARM64_X3);
	case 5: return READ_REGISTER(ctx, ARM64_X4);
	case 6: return READ_REGISTER(ctx, ARM64_X5);
	case 7: return READ_REGISTER(ctx, ARM64_X6);
	default: return READ_REGISTER(ctx, ARM64_X7);
	}
}

/* Arguments and results alike; Go's internal ABI, "arm64 architecture" */
static __noinline __u64 go_register(void *ctx, __u32 index)
{
	if (index == 9)
		return READ_REGISTER(ctx, ARM64_X8);
	return argument_register_here(ctx, index);
}

#else
#error "uprobe.bpf.c is built for x86-64 and arm64"
#endif

#define REGISTER_CASE(offset) \
	case offset: return READ_REGISTER(ctx, offset)

/*
 * A register that is only known when the program runs. The context is memory of the kernel, and
 * bpf_probe_read_kernel would do; but under lockdown=confidentiality kernels load no program that
 * has it.
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
