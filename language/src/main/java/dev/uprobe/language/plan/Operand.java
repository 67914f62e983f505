package dev.uprobe.language.plan;

import dev.uprobe.api.v1alpha1.CapturePoint;

/**
 * Where a value comes from, and how to interpret its bits.
 *
 * @param at when it is read
 */
public record Operand(Source source, ValueType type, CapturePoint at) {

  /** Reads the value as early as it is available. */
  public Operand(Source source, ValueType type) {
    this(source, type, earliest(source));
  }

  private static CapturePoint earliest(Source source) {
    if (source instanceof Source.Memory memory) {
      return earliest(memory.from());
    }
    return source instanceof Source.ReturnValue || source instanceof Source.Duration
        ? CapturePoint.RETURN
        : CapturePoint.ENTRY;
  }
}
