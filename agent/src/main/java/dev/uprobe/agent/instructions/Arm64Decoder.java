package dev.uprobe.agent.instructions;

import dev.uprobe.agent.instructions.Instruction.Kind;
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
      return to(Kind.JUMP, address, word, 0, 26);
    }
    boolean conditional = (word & 0xff000000) == 0x54000000;
    boolean compared = (word & 0x7e000000) == 0x34000000;
    if (conditional || compared) {
      return to(Kind.BRANCH, address, word, 5, 19);
    }
    if ((word & 0x7e000000) == 0x36000000) {
      return to(Kind.BRANCH, address, word, 5, 14);
    }
    // BR, and with pointer authentication BRAA, BRAB, BRAAZ, BRABZ
    if ((word & 0xfffffc1f) == 0xd61f0000 || (word & 0xfefff800) == 0xd61f0800) {
      return new Instruction(Kind.REGISTER_JUMP, LENGTH, word >> 5 & 31);
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
  private static Instruction to(Kind kind, long address, int word, int from, int bits) {
    int distance = word << (32 - from - bits) >> (32 - bits);
    return new Instruction(kind, LENGTH, address + (long) distance * LENGTH);
  }
}
