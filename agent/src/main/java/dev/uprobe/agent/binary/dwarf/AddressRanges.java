package dev.uprobe.agent.binary.dwarf;

import dev.uprobe.agent.binary.elf.Window;
import java.io.IOException;
import java.util.OptionalLong;

/** Which unit an address belongs to (DWARF 5, 6.1.2). */
record AddressRanges(Window table) {
  private static final int HEADER_BEHIND_LENGTH = 8;
  private static final int PAIR = 16;

  /** Returns where the unit is in {@code .debug_info}; empty where the table does not say. */
  OptionalLong unitOf(long address) throws IOException {
    long start = 0;
    while (start + HEADER_BEHIND_LENGTH < table.size()) {
      Cursor cursor = new Cursor(table, start);
      long length = cursor.u32();
      int version = cursor.u16();
      long unit = cursor.u32();
      boolean usual = length < 0xffff_fff0L && version == 2 && cursor.u8() == 8 && cursor.u8() == 0;
      long end = start + 4 + length;
      if (!usual || length < HEADER_BEHIND_LENGTH || end > table.size()) {
        return OptionalLong.empty();
      }
      // The pairs begin at a multiple of their size.
      for (long at = start + PAIR; at + PAIR <= end; at += PAIR) {
        long distance = address - table.i64(at);
        if (Long.compareUnsigned(distance, table.i64(at + 8)) < 0) {
          return OptionalLong.of(unit);
        }
      }
      start = end;
    }
    return OptionalLong.empty();
  }
}
