package dev.uprobe.agent.binary.usdt;

/**
 * Where an argument of a static probe is.
 *
 * @param bytes 1, 2, 4 or 8
 */
public record UsdtArgument(int bytes, boolean signed, Operand operand) {

  /** What the assembler was given. */
  public sealed interface Operand {}

  public record Constant(long number) implements Operand {}

  /**
   * A register.
   *
   * @param offset in the context of a program, as bpf/registers.h counts
   */
  public record Register(int offset) implements Operand {}

  /**
   * Memory at an address.
   *
   * @param base the offset of a register
   * @param index the offset of another one
   * @param scale what that is multiplied with; 0 where there is none
   * @param displacement what is added
   */
  public record Memory(int base, int index, int scale, long displacement) implements Operand {}

  /** One that cannot be read: a floating-point register, or a variable that no symbol names. */
  public record Unreadable(String text) implements Operand {}
}
