package dev.uprobe.language.prototype;

import dev.uprobe.language.plan.ValueType;

/** The type at the bottom of a declaration, without its pointers and arrays. */
sealed interface BaseType {

  record Void() implements BaseType {}

  /** A type that takes one integer register. */
  record Scalar(ValueType type) implements BaseType {}

  /**
   * A type that takes no integer register.
   *
   * @param inMemory whether it is passed on the stack even when registers are free
   */
  record Floating(String name, boolean inMemory) implements BaseType {}

  /** A type of which only the address can be captured, with the reason. */
  record Opaque(int column, String reason) implements BaseType {}

  static BaseType whole(int bytes, boolean signed) {
    return new Scalar(new ValueType.Whole(bytes, signed));
  }
}
