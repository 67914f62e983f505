package dev.uprobe.agent.binary.disasm;

import dev.uprobe.bpf.Constants;

/**
 * One machine instruction, as far as it matters to where a function goes on, and to who may probe
 * it.
 *
 * @param length in bytes
 * @param value of a jump, branch or direct call: its target, as an address; of an addition or a
 *     jump by a register: the register's number; otherwise 0
 * @param condition of a branch: when it is taken; otherwise {@link #ALWAYS}
 * @param memory what it reads, writes or takes the address of
 */
record Instruction(Kind kind, int length, long value, int condition, Memory memory) {
  /** Taken whatever the processor's state. */
  static final int ALWAYS = 0;

  /**
   * Taken when the flags fulfil the condition in the low four bits, as the processor numbers it.
   */
  static final int FLAGS = Constants.JUMP_FLAGS;

  /** Taken when a register is zero: its number, and the bits below. */
  static final int ZERO = Constants.JUMP_ZERO;

  /** With {@link #ZERO} or {@link #BIT}: taken when it is not. */
  static final int NEGATED = Constants.JUMP_NEGATED;

  /** With {@link #ZERO}: of the whole register, not of its lower half. */
  static final int WIDE = Constants.JUMP_WIDE;

  /**
   * Taken when a bit of a register is zero: the register's number, and the bit from {@link
   * Constants#JUMP_BIT_SHIFT} on.
   */
  static final int BIT = Constants.JUMP_BIT;

  /** Depends on something that is not modelled here. */
  static final int UNKNOWN = 0x800;

  Instruction(Kind kind, int length, long value) {
    this(kind, length, value, ALWAYS, Memory.NONE);
  }

  enum Kind {
    /** Goes on with the next instruction. */
    OTHER,
    RETURN,
    /** Goes on at a known address. */
    JUMP,
    /** Goes on at a known address, or with the next instruction. */
    BRANCH,
    /** Goes on where a table of the function's own says. */
    TABLE_JUMP,
    /** Goes on where a register says. */
    REGISTER_JUMP,
    /** Goes on where memory says. */
    MEMORY_JUMP,
    /** Calls a known address, and goes on with the next instruction. */
    CALL,
    /** Calls what a register or memory says. */
    INDIRECT_CALL,
    /** Enters the kernel. */
    SYSTEM_CALL,
    /** Adds to a 64-bit register: how a jump by a table of distances computes its target. */
    ADDITION
  }

  /**
   * A place in memory.
   *
   * @param base a register, {@link #INSTRUCTION_POINTER} or {@link #NO_REGISTER}
   * @param index a register, which is multiplied with the scale, or {@link #NO_REGISTER}
   * @param displacement of the instruction pointer: from the next instruction
   */
  record Memory(int base, int index, int scale, int displacement) {
    static final int NO_REGISTER = 0xff;
    static final int INSTRUCTION_POINTER = 0xfe;
    static final Memory NONE = new Memory(NO_REGISTER, NO_REGISTER, 0, 0);
  }
}
