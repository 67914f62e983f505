package dev.uprobe.agent.binary.elf;

import java.io.IOException;
import java.util.OptionalLong;

/**
 * One program header.
 *
 * @param type {@code p_type}
 * @param flags {@code p_flags}
 * @param offset where it starts in the file, in bytes
 * @param address where it starts in memory, before any load bias
 * @param fileSize how many of its bytes are in the file
 * @param alignment {@code p_align}
 */
public record Segment(
    int type, int flags, long offset, long address, long fileSize, long alignment) {
  static final int HEADER_SIZE = 56;
  static final int LOAD = 1;
  static final int DYNAMIC = 2;
  static final int NOTE = 4;
  private static final int EXECUTABLE = 1;

  static Segment read(Window table, long at) throws IOException {
    return new Segment(
        (int) table.u32(at),
        (int) table.u32(at + 4),
        table.i64(at + 8),
        table.i64(at + 16),
        table.i64(at + 32),
        table.i64(at + 48));
  }

  public boolean loaded() {
    return type == LOAD;
  }

  public boolean executable() {
    return loaded() && (flags & EXECUTABLE) != 0;
  }

  /** The position in the file of an address; empty where this segment has no file bytes for it. */
  OptionalLong fileOffset(long virtualAddress) {
    long distance = virtualAddress - address;
    long position = offset + distance;
    boolean inside = Long.compareUnsigned(distance, fileSize) < 0 && position >= 0;
    return inside ? OptionalLong.of(position) : OptionalLong.empty();
  }

  /** The address of a position in the file; empty where it is none of this segment. */
  public OptionalLong addressAt(long position) {
    long distance = position - offset;
    return distance >= 0 && distance < fileSize
        ? OptionalLong.of(address + distance)
        : OptionalLong.empty();
  }
}
