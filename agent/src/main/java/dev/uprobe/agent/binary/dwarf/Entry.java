package dev.uprobe.agent.binary.dwarf;

import java.util.Map;
import java.util.Optional;

/**
 * A debug entry: a function, a parameter, a type.
 *
 * @param offset in {@code .debug_info}
 * @param attributes by their names ({@code DW_AT_*})
 * @param next where the next entry begins
 */
record Entry(
    Unit unit,
    long offset,
    int tag,
    boolean hasChildren,
    Map<Integer, Attribute> attributes,
    long next) {
  static final int NAME = 0x03;
  static final int BYTE_SIZE = 0x0b;
  static final int LOW_ADDRESS = 0x11;
  static final int CONST_VALUE = 0x1c;
  static final int ABSTRACT_ORIGIN = 0x31;
  static final int ARTIFICIAL = 0x34;
  static final int CALLING_CONVENTION = 0x36;
  static final int MEMBER_LOCATION = 0x38;
  static final int ENCODING = 0x3e;
  static final int SPECIFICATION = 0x47;
  static final int SIBLING = 0x01;
  static final int BIT_SIZE = 0x0d;
  static final int UPPER_BOUND = 0x2f;
  static final int COUNT = 0x37;
  static final int DECLARATION = 0x3c;
  static final int TYPE = 0x49;
  static final int DATA_BIT_OFFSET = 0x6b;
  static final int ADDRESS_BASE = 0x73;
  static final int STRING_BASE = 0x72;

  /** A value, of which the form says what it means. */
  record Attribute(int form, long value) {}

  Optional<Attribute> attribute(int name) {
    return Optional.ofNullable(attributes.get(name));
  }

  long number(int name, long otherwise) {
    return attribute(name).map(Attribute::value).orElse(otherwise);
  }
}
