package dev.uprobe.plan;

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
   * The NUL-terminated string that a pointer points to.
   *
   * @param limit the bytes that are read at the most, from 1 to {@value #MAX_LIMIT}
   */
  record Text(int limit) implements ValueType {}

  /**
   * The memory that a pointer points to, shown in hex.
   *
   * @param limit the bytes that are read at the most, from 1 to {@value #MAX_LIMIT}
   * @param length a whole number that says how many bytes there are; empty for exactly {@code
   *     limit}
   */
  record Bytes(int limit, Optional<Operand> length) implements ValueType {}

  /** The most bytes that one value may take in an event. */
  int MAX_LIMIT = 4096;

  /** The bytes that are read of a string or of memory where nothing else is said. */
  int DEFAULT_LIMIT = 64;
}
