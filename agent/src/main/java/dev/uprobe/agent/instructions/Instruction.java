package dev.uprobe.agent.instructions;

/**
 * One machine instruction, as far as it matters to where a function goes on.
 *
 * @param length in bytes
 * @param value of a jump or branch: its target, as an address; of an addition or a jump by a
 *     register: the register's number; otherwise 0
 */
record Instruction(Kind kind, int length, long value) {

  enum Kind {
    /** Goes on with the next instruction; calls do so as well. */
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
    /** Adds to a 64-bit register: how a jump by a table of distances computes its target. */
    ADDITION
  }
}
