package dev.uprobe.language.text;

/** A syntax error; the message begins with the column, counted from 1. */
public final class SyntaxException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int column;

  public SyntaxException(int column, String reason) {
    super("column " + column + ": " + reason);
    this.column = column;
  }

  /** Returns the column of the error, counted from 1. */
  public int column() {
    return column;
  }
}
