package dev.uprobe.agent.binary.disasm;

import dev.uprobe.agent.binary.disasm.Instruction.Memory;
import dev.uprobe.agent.binary.elf.Machine;

/** Finds instructions that may put a function on another stack, as coroutines do. */
final class StackSwitch {
  private static final int STACK_POINTER = 4;
  private static final int FRAME_POINTER = 5;
  private static final int ARM64_STACK_POINTER = 31;
  private static final int ARM64_FRAME_POINTER = 29;

  private StackSwitch() {}

  /**
   * Returns whether an instruction sets the stack pointer from anything but itself or the frame.
   */
  static boolean is(Machine machine, Code code, int at, Instruction each) {
    return machine.equals(Machine.X86_64) ? x86(code, at, each.memory()) : arm64(code.i32(at));
  }

  private static boolean x86(Code code, int start, Memory memory) {
    int at = start;
    int rex = 0;
    while (at < code.length() && (code.u8(at) == 0x66 || code.u8(at) == 0xf2)) {
      at++;
    }
    if (at < code.length() && (code.u8(at) & 0xf0) == 0x40) {
      rex = code.u8(at++);
    }
    int opcode = at < code.length() ? code.u8(at) : 0;
    int modRm = at + 1 < code.length() ? code.u8(at + 1) : 0;
    int register = modRm >> 3 & 7 | (rex & 4) << 1;
    int other = modRm & 7 | (rex & 1) << 3;
    boolean isRegister = modRm >> 6 == 3;
    return switch (opcode) {
      // MOV %register, %rsp
      case 0x89 -> isRegister && other == STACK_POINTER && register != FRAME_POINTER;
      case 0x8b -> register == STACK_POINTER && !(isRegister && other == FRAME_POINTER);
      case 0x87 -> register == STACK_POINTER || isRegister && other == STACK_POINTER;
      case 0x8d ->
          register == STACK_POINTER
              && (memory.base() != STACK_POINTER && memory.base() != FRAME_POINTER
                  || memory.index() != Memory.NO_REGISTER);
      case 0x5c -> (rex & 1) == 0;
      // XCHG %rax, %rsp
      case 0x94 -> (rex & 1) == 0;
      default -> false;
    };
  }

  /** ADD or SUB (immediate) to SP, by which MOV is written too. */
  private static boolean arm64(int word) {
    boolean adds = (word & 0xbf800000) == 0x91000000;
    int from = word >> 5 & 31;
    return adds
        && (word & 31) == ARM64_STACK_POINTER
        && from != ARM64_STACK_POINTER
        && from != ARM64_FRAME_POINTER;
  }
}
