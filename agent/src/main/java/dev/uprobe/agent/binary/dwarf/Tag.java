package dev.uprobe.agent.binary.dwarf;

/** What an entry is (DWARF 5, 7.5.3). */
final class Tag {
  static final int ARRAY = 0x01;
  static final int CLASS = 0x02;
  static final int ENUMERATION = 0x04;
  static final int PARAMETER = 0x05;
  static final int MEMBER = 0x0d;
  static final int POINTER = 0x0f;
  static final int REFERENCE = 0x10;
  static final int STRUCTURE = 0x13;
  static final int SUBROUTINE = 0x15;
  static final int TYPEDEF = 0x16;
  static final int UNION = 0x17;
  static final int UNSPECIFIED_PARAMETERS = 0x18;
  static final int INHERITANCE = 0x1c;
  static final int SUBRANGE = 0x21;
  static final int BASE = 0x24;
  static final int ENUMERATOR = 0x28;
  static final int CONST = 0x26;
  static final int SUBPROGRAM = 0x2e;
  static final int VOLATILE = 0x35;
  static final int NAMESPACE = 0x39;
  static final int RESTRICT = 0x37;
  static final int UNSPECIFIED = 0x3b;
  static final int RVALUE_REFERENCE = 0x42;
  static final int ATOMIC = 0x47;
  static final int IMMUTABLE = 0x4b;

  private Tag() {}

  /** Returns whether it is a type with fields. */
  static boolean hasFields(int tag) {
    return tag == STRUCTURE || tag == CLASS || tag == UNION;
  }

  static boolean isPointer(int tag) {
    return tag == POINTER || isReference(tag);
  }

  static boolean isReference(int tag) {
    return tag == REFERENCE || tag == RVALUE_REFERENCE;
  }

  /** Returns whether it is another name or a property of a type, whose values are the same. */
  static boolean isTransparent(int tag) {
    return switch (tag) {
      case TYPEDEF, CONST, VOLATILE, RESTRICT, ATOMIC, IMMUTABLE -> true;
      default -> false;
    };
  }
}
