package dev.uprobe.agent.binary.disasm;

import dev.uprobe.agent.binary.disasm.Instruction.Kind;
import dev.uprobe.agent.binary.disasm.Instruction.Memory;
import dev.uprobe.bpf.Constants;
import java.util.Optional;

/** The A64 instruction set (Arm Architecture Reference Manual, C4.1): four bytes each. */
final class Arm64Decoder implements Decoder {
  private static final int LENGTH = 4;

  @Override
  public Optional<Instruction> decode(Code code, int at) {
    if (at < 0 || at + LENGTH > code.length()) {
      return Optional.empty();
    }
    int word = code.i32(at);
    long address = code.address() + at;
    return Optional.of(
        isReturn(word) ? new Instruction(Kind.RETURN, LENGTH, 0) : flow(word, address));
  }

  private static Instruction flow(int word, long address) {
    if ((word & 0xfc000000) == 0x14000000) {
      return to(Kind.JUMP, address, word, 0, 26, Instruction.ALWAYS);
    }
    if ((word & 0xfc000000) == 0x94000000) {
      return to(Kind.CALL, address, word, 0, 26, Instruction.ALWAYS);
    }
    if ((word & 0xff000000) == 0x54000000) {
      return to(Kind.BRANCH, address, word, 5, 19, Instruction.FLAGS | word & 15);
    }
    int negated = (word >> 24 & 1) * Instruction.NEGATED | word & 31;
    if ((word & 0x7e000000) == 0x34000000) {
      int wide = (word >>> 31) * Instruction.WIDE;
      return to(Kind.BRANCH, address, word, 5, 19, Instruction.ZERO | wide | negated);
    }
    if ((word & 0x7e000000) == 0x36000000) {
      int bit = word >>> 31 << 5 | word >> 19 & 31;
      return to(
          Kind.BRANCH,
          address,
          word,
          5,
          14,
          Instruction.BIT | bit << Constants.JUMP_BIT_SHIFT | negated);
    }
    // BR, and with pointer authentication BRAA, BRAB, BRAAZ, BRABZ
    if ((word & 0xfffffc1f) == 0xd61f0000 || (word & 0xfefff800) == 0xd61f0800) {
      return new Instruction(Kind.REGISTER_JUMP, LENGTH, word >> 5 & 31);
    }
    // BLR, and with pointer authentication BLRAA, BLRAB, BLRAAZ, BLRABZ
    if ((word & 0xfffffc1f) == 0xd63f0000 || (word & 0xfefff800) == 0xd63f0800) {
      return new Instruction(Kind.INDIRECT_CALL, LENGTH, 0);
    }
    // SVC
    if ((word & 0xffe0001f) == 0xd4000001) {
      return new Instruction(Kind.SYSTEM_CALL, LENGTH, 0);
    }
    // ADD (shifted register) and ADD (extended register), 64 bits
    boolean addition = (word & 0xff200000) == 0x8b000000 || (word & 0xffe00000) == 0x8b200000;
    return addition
        ? new Instruction(Kind.ADDITION, LENGTH, word & 31)
        : new Instruction(Kind.OTHER, LENGTH, 0);
  }

  /** RET, and with pointer authentication RETAA and RETAB. */
  private static boolean isReturn(int word) {
    return (word & 0xfffffc1f) == 0xd65f0000 || word == 0xd65f0bff || word == 0xd65f0fff;
  }

  /** The distance is a signed number of instructions. */
  private static Instruction to(
      Kind kind, long address, int word, int from, int bits, int condition) {
    int distance = word << (32 - from - bits) >> (32 - bits);
    return new Instruction(
        kind, LENGTH, address + (long) distance * LENGTH, condition, Memory.NONE);
  }
}
