package dev.uprobe.agent.binary.elf;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * A small buffer that slides over one table of a file, so that no table is held in memory as a
 * whole. Offsets count from the table's start; one outside of it is an {@link ElfException}. Quick
 * when offsets rise.
 */
public final class Window {
  private static final int BUFFER_SIZE = 64 * 1024;

  private final String file;
  private final String table;
  private final Bytes bytes;
  private final long start;
  private final long size;
  private final ByteBuffer buffer;
  private long buffered;

  /** The caller has checked that the range lies in the file. */
  Window(String file, String table, Bytes bytes, long start, long size) {
    this.file = file;
    this.table = table;
    this.bytes = bytes;
    this.start = start;
    this.size = size;
    this.buffer =
        ByteBuffer.allocate((int) Math.min(BUFFER_SIZE, size)).order(ByteOrder.LITTLE_ENDIAN);
    this.buffer.limit(0);
  }

  public long size() {
    return size;
  }

  public int u16(long offset) throws IOException {
    return buffer.getShort(locate(offset, Short.BYTES)) & 0xffff;
  }

  public int u8(long offset) throws IOException {
    return buffer.get(locate(offset, Byte.BYTES)) & 0xff;
  }

  public long u32(long offset) throws IOException {
    return buffer.getInt(locate(offset, Integer.BYTES)) & 0xffffffffL;
  }

  public long i64(long offset) throws IOException {
    return buffer.getLong(locate(offset, Long.BYTES));
  }

  public byte[] bytes(long offset, int length) throws IOException {
    byte[] copy = new byte[length];
    buffer.get(locate(offset, length), copy);
    return copy;
  }

  /** The text up to the next zero byte, cut at {@code limit} bytes or at the table's end. */
  public String text(long offset, int limit) throws IOException {
    int length = (int) Math.min(limit, Math.max(1, size - offset));
    int from = locate(offset, length);
    int end = from;
    while (end < from + length && buffer.get(end) != 0) {
      end++;
    }
    return new String(buffer.array(), from, end - from, StandardCharsets.UTF_8);
  }

  /** Whether these bytes stand at the offset, and then a zero byte or the given one. */
  public boolean holds(long offset, byte[] wanted, byte end) throws IOException {
    if (wanted.length >= size - offset) {
      return false;
    }
    int at = locate(offset, wanted.length + 1);
    for (byte each : wanted) {
      if (buffer.get(at++) != each) {
        return false;
      }
    }
    byte last = buffer.get(at);
    return last == 0 || last == end;
  }

  private int locate(long offset, int length) throws IOException {
    if (offset < 0 || length > size - offset || length > buffer.capacity()) {
      throw new ElfException(
          file,
          "is damaged: something points to byte "
              + offset
              + " of its "
              + table
              + ", which has "
              + size
              + " bytes");
    }
    if (offset < buffered || offset + length > buffered + buffer.limit()) {
      fill(offset, length);
    }
    return (int) (offset - buffered);
  }

  private void fill(long offset, int length) throws IOException {
    buffer.clear().limit((int) Math.min(buffer.capacity(), size - offset));
    buffered = offset;
    bytes.read(buffer, start + offset);
    buffer.flip();
    if (buffer.limit() < length) {
      throw new ElfException(file, "was cut short while its " + table + " was read; try again");
    }
  }
}
