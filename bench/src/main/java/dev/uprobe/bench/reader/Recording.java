package dev.uprobe.bench.reader;

import dev.uprobe.bpf.Structs;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Records as the kernel's program writes them: struct event of bpf/event.h, and two longs. */
final class Recording {
  static final int COUNT = 10_000;
  static final int RECORD_SIZE = Structs.Event.SIZEOF + 2 * Long.BYTES;

  private Recording() {}

  /** Returns the records one after the other, all different. */
  static ByteBuffer records() {
    ByteBuffer records = ByteBuffer.allocate(COUNT * RECORD_SIZE).order(ByteOrder.LITTLE_ENDIAN);
    long start = System.nanoTime();
    byte[] comm = new byte[Structs.Event.COMM_COUNT];
    byte[] name = "target-sample".getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(name, 0, comm, 0, name.length);
    for (int i = 0; i < COUNT; i++) {
      int at = i * RECORD_SIZE;
      Structs.Event.timeNs(records, at, start + i * 1_517L);
      Structs.Event.pid(records, at, 2_562);
      Structs.Event.tid(records, at, 2_562 + i % 8);
      Structs.Event.cpu(records, at, i % 2);
      records.put(at + Structs.Event.COMM, comm);
      int values = at + Structs.Event.SIZEOF;
      records.putLong(values, i).putLong(values + Long.BYTES, i * 7_919L);
    }
    return records;
  }
}
