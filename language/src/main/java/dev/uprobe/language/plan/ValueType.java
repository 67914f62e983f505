package dev.uprobe.language.plan;

import java.util.Optional;

/** How the bits of a value are read and shown. */
public sealed interface ValueType {

  /**
   * A whole number in the low bytes of its register.
   *
   * @param bytes 1, 2, 4 or 8
   */
  record Whole(int bytes, boolean signed) implements ValueType {}

  /** A C {@code bool}: the low byte of its register. */
  record Bool() implements ValueType {}

  /** A single character: the low byte of its register. */
  record Char() implements ValueType {}

  /** An address, shown in hex. */
  record Pointer() implements ValueType {}

  /**
   * A floating-point number in memory; registers that hold one are out of reach.
   *
   * @param bytes 4 or 8
   */
  record Real(int bytes) implements ValueType {}

  /**
   * The numbers that a pointer points to.
   *
   * @param element a whole or a floating-point number
   * @param count from 1 to {@value #MAX_COUNT}
   */
  record Array(ValueType element, int count) implements ValueType {
    public static final int MAX_COUNT = 64;
  }

  /**
   * The NUL-terminated string that a pointer points to.
   *
   * @param limit the bytes that are read at the most, from 1 to {@value #MAX_LIMIT}
   */
  record Text(int limit) implements ValueType {}

  /**
   * The memory that a pointer points to, shown in hex or as text.
   *
   * @param limit the bytes that are read at the most, from 1 to {@value #MAX_LIMIT}
   * @param length a whole number that says how many bytes there are; empty for exactly {@code
   *     limit}
   * @param text whether the bytes are text, which need not end with a NUL
   */
  record Bytes(int limit, Optional<Operand> length, boolean text) implements ValueType {

    /** Bytes that are shown in hex. */
    public Bytes(int limit, Optional<Operand> length) {
      this(limit, length, false);
    }

    /** Bytes of which the length is found later. */
    public Bytes(int limit, boolean text) {
      this(limit, Optional.empty(), text);
    }
  }

  /** Returns whether a value is what its address points to, not a number itself. */
  default boolean isBehindAddress() {
    return this instanceof Text || this instanceof Bytes || this instanceof Array;
  }

  /** Returns how many bytes a value itself takes, and those behind an address at the most. */
  default int size() {
    if (this instanceof Whole whole) {
      return whole.bytes();
    }
    if (this instanceof Real real) {
      return real.bytes();
    }
    if (this instanceof Text text) {
      return text.limit();
    }
    if (this instanceof Bytes bytes) {
      return bytes.limit();
    }
    if (this instanceof Array array) {
      return array.count() * array.element().size();
    }
    return this instanceof Pointer ? Long.BYTES : 1;
  }

  /** The most bytes that one value may take in an event. */
  int MAX_LIMIT = 4096;

  /** The bytes that are read of a string or of memory where nothing else is said. */
  int DEFAULT_LIMIT = 64;
}
