package dev.uprobe.agent.binary.dwarf;

import java.io.IOException;

/** How attributes are written (DWARF 5, 7.5.6, and GNU's extensions). */
final class Form {
  static final int ADDRESS = 0x01;
  static final int UNSIGNED_8 = 0x07;
  static final int STRING = 0x08;
  static final int STRING_OFFSET = 0x0e;
  static final int UNSIGNED_LEB = 0x0f;
  static final int REFERENCE_ADDRESS = 0x10;
  static final int REFERENCE_1 = 0x11;
  static final int REFERENCE_UNSIGNED = 0x15;
  static final int INDIRECT = 0x16;
  static final int STRING_INDEX = 0x1a;
  static final int ADDRESS_INDEX = 0x1b;
  static final int LINE_STRING = 0x1f;
  static final int REFERENCE_SIGNATURE = 0x20;
  static final int IMPLICIT_CONSTANT = 0x21;
  static final int STRING_INDEX_1 = 0x25;
  static final int STRING_INDEX_4 = 0x28;
  static final int ADDRESS_INDEX_1 = 0x29;
  static final int ADDRESS_INDEX_4 = 0x2c;
  static final int GNU_SHARED_REFERENCE = 0x1f20;
  static final int GNU_SHARED_STRING = 0x1f21;

  private Form() {}

  /** Reads a value: a number, an offset, or where the text or block stands. */
  static long read(int form, long constant, Cursor cursor, Unit unit) throws IOException {
    long position = cursor.position();
    switch (form) {
      case 0x03 -> cursor.skip(cursor.u16());
      case 0x04 -> cursor.skip(cursor.u32());
      case STRING -> cursor.skipText();
      case 0x09, 0x18 -> cursor.skip(cursor.uleb());
      case 0x0a -> cursor.skip(cursor.u8());
      case 0x1e -> cursor.skip(16);
      default -> {
        return number(form, constant, cursor, unit);
      }
    }
    return position;
  }

  /** Returns whether values are places of blocks, which begin with their length. */
  static boolean isBlock(int form) {
    return form == 0x03 || form == 0x04 || form == 0x09 || form == 0x0a || form == 0x18;
  }

  /** Moves over the length of a block. */
  static void skipLength(int form, Cursor cursor) throws IOException {
    switch (form) {
      case 0x03 -> cursor.u16();
      case 0x04 -> cursor.u32();
      case 0x0a -> cursor.u8();
      default -> cursor.uleb();
    }
  }

  private static long number(int form, long constant, Cursor cursor, Unit unit) throws IOException {
    return switch (form) {
      case ADDRESS -> cursor.unsigned(unit.addressSize());
      case 0x0b, 0x0c, REFERENCE_1, STRING_INDEX_1, ADDRESS_INDEX_1 -> cursor.unsigned(1);
      case 0x05, 0x12, 0x26, 0x2a -> cursor.unsigned(2);
      case 0x27, 0x2b -> cursor.unsigned(3);
      case 0x06, 0x13, 0x1c, STRING_INDEX_4, ADDRESS_INDEX_4 -> cursor.unsigned(4);
      case UNSIGNED_8, 0x14, REFERENCE_SIGNATURE, 0x24 -> cursor.unsigned(8);
      case 0x0d -> cursor.sleb();
      case UNSIGNED_LEB, REFERENCE_UNSIGNED, STRING_INDEX, ADDRESS_INDEX, 0x22, 0x23 ->
          cursor.uleb();
      case STRING_OFFSET, 0x17, 0x1d, LINE_STRING, GNU_SHARED_REFERENCE, GNU_SHARED_STRING ->
          cursor.unsigned(unit.offsetSize());
      // Was an address in DWARF 2.
      case REFERENCE_ADDRESS ->
          cursor.unsigned(unit.version() == 2 ? unit.addressSize() : unit.offsetSize());
      case 0x19 -> 1;
      case IMPLICIT_CONSTANT -> constant;
      case INDIRECT -> {
        int real = (int) cursor.uleb();
        if (real == INDIRECT || real == IMPLICIT_CONSTANT) {
          throw new DwarfException("debug information", "has a value of no form");
        }
        yield read(real, 0, cursor, unit);
      }
      default ->
          throw new DwarfException(
              "debug information",
              "has a value of the form 0x" + Integer.toHexString(form) + ", which is not known");
    };
  }
}
