package dev.uprobe.agent.binary.disasm;

import dev.uprobe.agent.binary.disasm.Instruction.Kind;
import dev.uprobe.agent.binary.disasm.Instruction.Memory;
import dev.uprobe.agent.binary.elf.Machine;
import java.util.Optional;

/**
 * Decides whether an instruction bears a probe. The kernel refuses some instructions by itself
 * (arch/x86/kernel/uprobes.c, arch/arm64/kernel/probes/decode-insn.c); these here it takes, and the
 * program pays.
 */
public final class Probing {
  private static final int STACK_POINTER = 4;
  private static final int FRAME_POINTER = 5;

  /** Sequences between an exclusive load and its store have a few instructions. */
  private static final int MAX_EXCLUSIVE = 16;

  private static final int ARM64_LENGTH = 4;

  private Probing() {}

  /**
   * Returns why a probe on an instruction would harm the program; empty where it does not.
   *
   * @param code the function around it, or only its own bytes
   * @param address of the instruction, inside of this code
   * @param isFunction whether the code is the whole function
   * @return a clause that follows "an instruction that"
   */
  public static Optional<String> problem(
      Machine machine, Code code, long address, boolean isFunction) {
    int at = (int) (address - code.address());
    if (machine.equals(Machine.AARCH64)) {
      return exclusive(code, at)
          ? Optional.of(
              "lies between an exclusive load and its store, which always fails with a probe there")
          : Optional.empty();
    }
    if (!machine.equals(Machine.X86_64)) {
      return Optional.empty();
    }
    Optional<String> stepped = singleStep(code, at);
    boolean harmless = isFunction && (at == 0 || !mayUseRedZone(code));
    return stepped.isEmpty() && isLongNop(code, at) && !harmless
        ? Optional.of(
            "kernels from 6.18 on turn into a call (a NOP of five bytes), in a function that may"
                + " keep data where a call writes its return address")
        : stepped;
  }

  /** Most instructions are copied elsewhere, and run there in a single step. */
  private static Optional<String> singleStep(Code code, int start) {
    int at = start;
    boolean repeated = false;
    while (at < code.length() && isPrefix(code.u8(at))) {
      repeated |= code.u8(at) == 0xf2 || code.u8(at) == 0xf3;
      at++;
    }
    at += at < code.length() && (code.u8(at) & 0xf0) == 0x40 ? 1 : 0;
    int opcode = at < code.length() ? code.u8(at) : 0;
    int next = at + 1 < code.length() ? code.u8(at + 1) : 0;
    if (opcode == 0x9c) {
      return Optional.of("saves the processor's flags, including the single-step flag");
    }
    if (opcode == 0x8e && (next >> 3 & 7) == 2) {
      return Optional.of(
          "loads the stack segment, after which a single step executes two instructions");
    }
    if (opcode == 0xc7 && next == 0xf8) {
      return Optional.of("begins a transaction, which a single step aborts");
    }
    if (opcode == 0x0f && (next == 0x05 || next == 0x34)) {
      return Optional.of(
          "enters the kernel, from which a new process would return to a wrong address");
    }
    if (repeated && isString(opcode)) {
      return Optional.of("repeats itself: each repetition would count as a call");
    }
    return Optional.empty();
  }

  private static boolean isPrefix(int each) {
    return switch (each) {
      case 0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65, 0x66, 0x67, 0xf0, 0xf2, 0xf3 -> true;
      default -> false;
    };
  }

  private static boolean isString(int opcode) {
    return opcode >= 0x6c && opcode <= 0x6f
        || opcode >= 0xa4 && opcode <= 0xa7
        || opcode >= 0xaa && opcode <= 0xaf;
  }

  /** NOPL 0(%RAX,%RAX), the only one that becomes a call. */
  private static boolean isLongNop(Code code, int at) {
    return at + 5 <= code.length() && code.i32(at) == 0x00441f0f && code.u8(at + 4) == 0;
  }

  /**
   * Whether a function may have data below the stack pointer (System V ABI, AMD64 supplement,
   * 3.2.2). Compilers put them there only where the function calls nothing, and reach them by the
   * stack pointer or the frame pointer.
   */
  private static boolean mayUseRedZone(Code code) {
    Decoder decoder = Decoder.of(Machine.X86_64).orElseThrow();
    boolean calls = false;
    boolean byFrame = false;
    for (int at = 0; at < code.length(); ) {
      Optional<Instruction> decoded = decoder.decode(code, at);
      if (decoded.isEmpty()) {
        return true;
      }
      Instruction each = decoded.get();
      Memory memory = each.memory();
      boolean below = memory.displacement() < 0;
      if (below && memory.base() == STACK_POINTER && !movesStack(code, at)) {
        return true;
      }
      byFrame |= below && memory.base() == FRAME_POINTER;
      calls |= each.kind() == Kind.CALL || each.kind() == Kind.INDIRECT_CALL;
      at += each.length();
    }
    return byFrame && !calls;
  }

  /** LEA -n(%RSP), %RSP makes room, and uses none. */
  private static boolean movesStack(Code code, int at) {
    return at + 3 < code.length()
        && code.u8(at) == 0x48
        && code.u8(at + 1) == 0x8d
        && (code.u8(at + 2) & 0x38) == STACK_POINTER << 3;
  }

  /** Whether another core's write, or any exception, between the two makes the store fail. */
  private static boolean exclusive(Code code, int at) {
    for (int i = 1; i <= MAX_EXCLUSIVE && at - i * ARM64_LENGTH >= 0; i++) {
      int word = code.i32(at - i * ARM64_LENGTH);
      // Load/store exclusive register or pair; o2 (bit 23) of an ordered one, o1 (bit 21) of a pair
      boolean family = (word & 0x3f000000) == 0x08000000;
      boolean pair = (word & 1 << 21) != 0;
      boolean isExclusive = family && (word & 1 << 23) == 0 && (!pair || word < 0);
      if (isExclusive) {
        return (word & 1 << 22) != 0;
      }
    }
    return false;
  }
}
