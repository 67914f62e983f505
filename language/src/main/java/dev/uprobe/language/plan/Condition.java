package dev.uprobe.language.plan;

/**
 * A comparison that the kernel makes at every hit. A value that cannot be read matches no
 * comparison.
 */
public sealed interface Condition {

  /** Returns what is compared with a constant. */
  Operand left();

  /**
   * A comparison of numbers.
   *
   * @param left an integer, bool, char or pointer
   * @param right the constant, in the signedness of {@code left}'s type; a char is from 0 to 255, a
   *     duration in nanoseconds
   */
  record Number(Operand left, Operator operator, long right) implements Condition {}

  /** How two numbers are compared. */
  enum Operator {
    EQUAL,
    NOT_EQUAL,
    LESS,
    LESS_OR_EQUAL,
    GREATER,
    GREATER_OR_EQUAL,
    /** At least one of the bits of {@code right} is set; it is a mask of {@code left}'s width. */
    ANY_BIT
  }

  /**
   * A comparison of a string, of bytes or of the comm.
   *
   * @param right the constant's bytes, each as the character of that number (ISO 8859-1)
   */
  record Text(Operand left, Match match, String right) implements Condition {
    /** The most bytes that a constant has. */
    public static final int MAX_LENGTH = 63;

    /** Returns the maximum number of bytes of the text that are read. */
    public int reach() {
      return switch (match) {
        case EQUAL, NOT_EQUAL -> right.length() + 1;
        case STARTS_WITH -> right.length();
        case CONTAINS -> limit();
        // A string ends at its NUL; bytes end at their length.
        case ENDS_WITH -> left.type() instanceof ValueType.Text ? limit() + 1 : right.length();
      };
    }

    private int limit() {
      return left.type() instanceof ValueType.Text text
          ? text.limit()
          : ((ValueType.Bytes) left.type()).limit();
    }
  }

  /** How a text and a constant are compared. */
  enum Match {
    EQUAL,
    NOT_EQUAL,
    STARTS_WITH,
    ENDS_WITH,
    CONTAINS
  }
}
