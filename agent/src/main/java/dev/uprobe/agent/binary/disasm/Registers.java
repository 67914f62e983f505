package dev.uprobe.agent.binary.disasm;

import dev.uprobe.agent.binary.elf.Machine;
import dev.uprobe.bpf.Constants;
import java.util.List;

/** Registers by the numbers in instructions, as offsets into the context of a program of BPF. */
public final class Registers {
  /** Beyond all registers: a program reads 0 there. */
  static final int NONE = 0xffff;

  /** As instructions number them: Intel manual, volume 2, table 3-1. */
  private static final List<Integer> X86 =
      List.of(
          Constants.X86_AX,
          Constants.X86_CX,
          Constants.X86_DX,
          Constants.X86_BX,
          Constants.X86_SP,
          Constants.X86_BP,
          Constants.X86_SI,
          Constants.X86_DI,
          Constants.X86_R8,
          Constants.X86_R9,
          Constants.X86_R10,
          Constants.X86_R11,
          Constants.X86_R12,
          Constants.X86_R13,
          Constants.X86_R14,
          Constants.X86_R15);

  private Registers() {}

  /** Where the instruction is at which the program runs. */
  static int instructionPointer(Machine machine) {
    return machine.equals(Machine.X86_64) ? Constants.X86_IP : Constants.ARM64_PC;
  }

  /** Returns where a program of BPF finds a register, by its number in instructions. */
  public static int offset(Machine machine, int number) {
    return machine.equals(Machine.X86_64) ? X86.get(number & 15) : number * Long.BYTES;
  }
}
