package dev.uprobe.agent.binary.disasm;

import dev.uprobe.agent.binary.disasm.Instruction.Kind;
import dev.uprobe.agent.binary.disasm.Instruction.Memory;

/** Goes through the bytes of one x86-64 instruction. It fails where they end too early. */
final class X86Cursor {
  private static final int REX_WIDE = 8;
  private static final int REX_REGISTER = 4;
  private static final int REX_INDEX = 2;
  private static final int REX_BASE = 1;

  private final Code code;
  private final int start;
  private int at;
  private int rex;
  private boolean halfOperand;
  private boolean halfAddress;
  private boolean notrack;
  private boolean failed;
  private Memory memory = Memory.NONE;

  X86Cursor(Code code, int start) {
    this.code = code;
    this.start = start;
    this.at = start;
  }

  /**
   * What a ModRM byte names.
   *
   * @param register the three bits that some opcodes use to tell instructions apart
   * @param registerNumber the register operand, 0 to 15
   * @param isRegister whether the other operand is a register, not memory
   * @param base the number of that register
   */
  record Operands(int register, int registerNumber, boolean isRegister, int base) {}

  /** Returns the opcode's first byte. */
  int skipPrefixes() {
    int each = next();
    while (prefix(each)) {
      each = next();
    }
    if ((each & 0xf0) == 0x40) {
      rex = each;
      each = next();
    }
    return each;
  }

  private boolean prefix(int each) {
    switch (each) {
      case 0x66 -> halfOperand = true;
      case 0x67 -> halfAddress = true;
      case 0x3e -> notrack = true;
      case 0x26, 0x2e, 0x36, 0x64, 0x65, 0xf0, 0xf2, 0xf3 -> {
        // They change what is done, and not where to go on.
      }
      default -> {
        return false;
      }
    }
    return !failed;
  }

  int peek() {
    if (at >= code.length()) {
      failed = true;
      return 0;
    }
    return code.u8(at);
  }

  int next() {
    int value = peek();
    at++;
    return value;
  }

  /** Reads a ModRM byte, and what follows of an address. */
  Operands modRm() {
    int modRm = next();
    int mode = modRm >> 6;
    int register = modRm >> 3 & 7;
    int base = extended(modRm & 7, REX_BASE);
    if (mode != 3) {
      memory = memory(mode, modRm & 7);
    }
    return new Operands(register, extended(register, REX_REGISTER), mode == 3, base);
  }

  private Memory memory(int mode, int low) {
    int base = extended(low, REX_BASE);
    int index = Memory.NO_REGISTER;
    int scale = 1;
    boolean far = mode == 2;
    if (low == 4) {
      int sib = next();
      base = extended(sib & 7, REX_BASE);
      index = extended(sib >> 3 & 7, REX_INDEX);
      index = index == 4 ? Memory.NO_REGISTER : index;
      scale = 1 << (sib >> 6);
      if (mode == 0 && (sib & 7) == 5) {
        base = Memory.NO_REGISTER;
        far = true;
      }
    } else if (mode == 0 && low == 5) {
      base = Memory.INSTRUCTION_POINTER;
      far = true;
    }
    return new Memory(base, index, scale, displacement(mode == 1 ? 1 : far ? 4 : 0));
  }

  private int displacement(int bytes) {
    at += bytes;
    if (bytes == 0 || failed()) {
      return 0;
    }
    return bytes == 1 ? code.bytes()[at - 1] : code.i32(at - 4);
  }

  private int extended(int register, int bit) {
    return register | ((rex & bit) != 0 ? 8 : 0);
  }

  boolean wide() {
    return (rex & REX_WIDE) != 0;
  }

  boolean untracked() {
    return notrack;
  }

  /** The bytes of an immediate operand of "size z". */
  int operandSize() {
    return halfOperand && !wide() ? 2 : 4;
  }

  int addressSize() {
    return halfAddress ? 4 : 8;
  }

  int length() {
    return at - start;
  }

  boolean failed() {
    return failed || at > code.length();
  }

  Instruction other() {
    return by(Kind.OTHER, 0);
  }

  Instruction immediate(int bytes) {
    at += bytes;
    return other();
  }

  Instruction returning(int bytes) {
    at += bytes;
    return by(Kind.RETURN, 0);
  }

  Instruction by(Kind kind, int register) {
    return new Instruction(kind, length(), register, Instruction.ALWAYS, memory);
  }

  /** A jump or call by a distance from the next instruction. */
  Instruction relative(Kind kind, int bytes) {
    return relative(kind, bytes, Instruction.ALWAYS);
  }

  Instruction relative(Kind kind, int bytes, int condition) {
    at += bytes;
    if (failed()) {
      return fail();
    }
    long distance = bytes == 1 ? code.bytes()[at - 1] : code.i32(at - 4);
    return new Instruction(kind, length(), code.address() + at + distance, condition, Memory.NONE);
  }

  Instruction fail() {
    failed = true;
    return other();
  }
}
