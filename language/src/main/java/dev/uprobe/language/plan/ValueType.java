package dev.uprobe.language.plan;

import java.util.Optional;

/** How the bits of a value are read and shown. */
public sealed interface ValueType {

  /**
   * An integer in the low bytes of its register.
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
   * A floating-point number in memory; floating-point registers cannot be read.
   *
   * @param bytes 4 or 8
   */
  record Real(int bytes) implements ValueType {}

  /**
   * The numbers that a pointer points to.
   *
   * @param element an integer or a floating-point number
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
   * @param length an integer that holds the number of bytes; empty for exactly {@code limit}
   * @param text whether the bytes are text, which need not end with a NUL
   */
  record Bytes(int limit, Optional<Operand> length, boolean text) implements ValueType {

    /** Bytes that are shown in hex. */
    public Bytes(int limit, Optional<Operand> length) {
      this(limit, length, false);
    }

    /** Bytes whose length is found later. */
    public Bytes(int limit, boolean text) {
      this(limit, Optional.empty(), text);
    }
  }

  /** Returns whether the value is read through an address and is not the number itself. */
  default boolean isBehindAddress() {
    return this instanceof Text || this instanceof Bytes || this instanceof Array;
  }

  /** Returns the size of a value in bytes; for data at an address, its maximum size. */
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

  /** Maximum size of one value in an event, in bytes. */
  int MAX_LIMIT = 4096;

  /** Default number of bytes to read of a string or of memory. */
  int DEFAULT_LIMIT = 64;
}
