package dev.uprobe.agent.binary.disasm;

import dev.uprobe.agent.binary.elf.Machine;
import java.util.List;

/** Registers by the numbers in instructions, as offsets into the context of a program of BPF. */
final class Registers {
  /** Beyond all registers: a program reads 0 there. */
  static final int NONE = 0xffff;

  /** Of struct pt_regs (arch/x86/include/asm/ptrace.h): RAX, RCX, RDX, RBX, RSP and so on. */
  private static final List<Integer> X86 =
      List.of(80, 88, 96, 40, 152, 32, 104, 112, 72, 64, 56, 48, 24, 16, 8, 0);

  private Registers() {}

  /** Where the instruction is at which the program runs. */
  static int instructionPointer(Machine machine) {
    return machine.equals(Machine.X86_64) ? 128 : 256;
  }

  static int offset(Machine machine, int number) {
    return machine.equals(Machine.X86_64) ? X86.get(number & 15) : number * Long.BYTES;
  }
}
