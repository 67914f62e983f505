package dev.uprobe.agent.binary.dwarf;

import dev.uprobe.agent.binary.elf.Window;
import java.io.IOException;

/** Reads a section from one place on. */
final class Cursor {
  private static final int MAX_LEB = 10;

  private final Window window;
  private long at;

  Cursor(Window window, long at) {
    this.window = window;
    this.at = at;
  }

  long position() {
    return at;
  }

  void moveTo(long position) {
    at = position;
  }

  void skip(long bytes) throws IOException {
    // A length that is no number of bytes must not lead backwards.
    if (bytes < 0 || bytes > window.size() - at) {
      throw new DwarfException("debug information", "ends inside of an entry");
    }
    at += bytes;
  }

  int u8() throws IOException {
    return window.u8(at++);
  }

  int u16() throws IOException {
    at += 2;
    return window.u16(at - 2);
  }

  long u32() throws IOException {
    at += 4;
    return window.u32(at - 4);
  }

  long u64() throws IOException {
    at += 8;
    return window.i64(at - 8);
  }

  /** Reads a number of 1, 2, 3, 4 or 8 bytes. */
  long unsigned(int bytes) throws IOException {
    return switch (bytes) {
      case 1 -> u8();
      case 2 -> u16();
      case 3 -> u16() | (long) u8() << 16;
      case 4 -> u32();
      default -> u64();
    };
  }

  /** Reads an unsigned LEB128. */
  long uleb() throws IOException {
    long value = 0;
    for (int i = 0; i < MAX_LEB; i++) {
      int part = u8();
      value |= (long) (part & 0x7f) << (7 * i);
      if ((part & 0x80) == 0) {
        return value;
      }
    }
    throw new DwarfException("debug information", "has a number that does not end");
  }

  /** Reads a signed LEB128. */
  long sleb() throws IOException {
    long value = 0;
    for (int i = 0; i < MAX_LEB; i++) {
      int part = u8();
      value |= (long) (part & 0x7f) << (7 * i);
      if ((part & 0x80) == 0) {
        int bits = 7 * (i + 1);
        return (part & 0x40) != 0 && bits < Long.SIZE ? value | -1L << bits : value;
      }
    }
    throw new DwarfException("debug information", "has a number that does not end");
  }

  void skipText() throws IOException {
    while (u8() != 0) {
      // Goes on to the end of the text.
    }
  }
}
