package dev.uprobe.plan;

/**
 * A comparison that the kernel makes at every hit.
 *
 * @param left a whole number, bool, char or pointer
 * @param right the constant, in the signedness of {@code left}'s type; a char is from 0 to 255, a
 *     duration in nanoseconds
 */
public record Condition(Operand left, Operator operator, long right) {

  /** How {@code left} and {@code right} are compared. */
  public enum Operator {
    EQUAL,
    NOT_EQUAL,
    LESS,
    LESS_OR_EQUAL,
    GREATER,
    GREATER_OR_EQUAL,
    /** At least one of the bits of {@code right} is set; it is a mask of {@code left}'s width. */
    ANY_BIT
  }
}
