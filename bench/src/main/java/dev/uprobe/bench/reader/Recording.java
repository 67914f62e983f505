package dev.uprobe.bench.reader;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Records as the kernel's program writes them: struct event of bpf/event.h, and two longs. */
final class Recording {
  static final int COUNT = 10_000;
  static final int RECORD_SIZE = 80;

  private Recording() {}

  /** Returns the records one after the other, all different. */
  static ByteBuffer records() {
    ByteBuffer records = ByteBuffer.allocate(COUNT * RECORD_SIZE).order(ByteOrder.LITTLE_ENDIAN);
    long start = System.nanoTime();
    byte[] comm = new byte[16];
    byte[] name = "target-sample".getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(name, 0, comm, 0, name.length);
    for (int i = 0; i < COUNT; i++) {
      records.putLong(start + i * 1_517L).putLong(0);
      records.putInt(0).putInt(0).putInt(2_562).putInt(2_562 + i % 8).putInt(i % 2).putInt(0);
      records.put(comm).putInt(0).putInt(0);
      records.putLong(i).putLong(i * 7_919L);
    }
    return records.flip();
  }
}
