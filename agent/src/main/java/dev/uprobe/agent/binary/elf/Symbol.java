package dev.uprobe.agent.binary.elf;

/**
 * One row of a symbol table.
 *
 * @param index its row, counted from 0
 * @param name as the string table has it, possibly with {@code @VERSION}
 * @param type {@code STT_*}
 * @param section the section that defines it; 0 for a symbol that another file defines
 * @param value its address
 * @param size in bytes; 0 where unknown
 */
public record Symbol(int index, String name, int type, int section, long value, long size) {
  private static final int VARIABLE = 1;
  private static final int FUNCTION = 2;
  private static final int IFUNC = 10;

  static boolean isFunction(int type) {
    return type == FUNCTION || type == IFUNC;
  }

  boolean isVariable() {
    return type == VARIABLE;
  }

  public boolean ifunc() {
    return type == IFUNC;
  }
}
