package dev.uprobe.plan;

/**
 * Where a value comes from, and how its bits are to be read.
 *
 * @param at when it is read
 */
public record Operand(Source source, ValueType type, Moment at) {

  /** Reads the value as early as it is there. */
  public Operand(Source source, ValueType type) {
    this(source, type, Moment.of(source));
  }
}
