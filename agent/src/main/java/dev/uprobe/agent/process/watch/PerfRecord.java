package dev.uprobe.agent.process.watch;

import dev.uprobe.agent.process.procfs.FileIdentity;
import dev.uprobe.agent.process.procfs.Mapping;
import dev.uprobe.agent.process.procfs.ShownPath;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** A record of what a process did, as linux/perf_event.h lays it out. */
sealed interface PerfRecord {
  /** Flags of struct perf_event_attr that ask for records. */
  long MMAP = 1L << 8;

  long COMM = 1L << 9;
  long TASK = 1L << 13;
  long SAMPLE_ID_ALL = 1L << 18;
  long MMAP2 = 1L << 23;
  long COMM_EXEC = 1L << 24;
  long USE_CLOCK = 1L << 25;

  /** Appends the time, in 8 bytes, to each record. */
  long PERF_SAMPLE_TIME = 1L << 2;

  /** A process has mapped code. */
  record Mapped(int pid, Mapping mapping) implements PerfRecord {}

  /** A process has started to run another program, and has lost all that it had mapped. */
  record Executed(int pid) implements PerfRecord {}

  /** A process has a child, with all that it has mapped itself; or a process has a new thread. */
  record Forked(int pid, int parent) implements PerfRecord {}

  /** A thread has ended. */
  record Ended(int pid, int tid) implements PerfRecord {}

  /** There was no room for some records. */
  record Lost() implements PerfRecord {}

  /** A record of no interest. */
  record Other() implements PerfRecord {}

  /** Reads a little-endian record from its header on. */
  static PerfRecord of(ByteBuffer record) {
    return switch (record.getInt(0)) {
      case 2 -> new Lost();
      // A process outside of the agent's pid namespace has no number there.
      case 3, 4, 7, 10 -> record.getInt(8) > 0 ? ofProcess(record) : new Other();
      default -> new Other();
    };
  }

  private static PerfRecord ofProcess(ByteBuffer record) {
    return switch (record.getInt(0)) {
      case 3 -> (record.getShort(4) & 1 << 13) != 0 ? new Executed(record.getInt(8)) : new Other();
      case 4 -> new Ended(record.getInt(8), record.getInt(16));
      case 7 -> new Forked(record.getInt(8), record.getInt(12));
      default -> mapped(record);
    };
  }

  /** A thread has another name. */
  record Renamed(int pid, String comm) {}

  /** Reads a record of a name that a thread was given, by itself, by another one, or by execve. */
  static Optional<Renamed> renamed(ByteBuffer record) {
    if (record.getInt(0) != 3 || record.getInt(8) <= 0) {
      return Optional.empty();
    }
    return Optional.of(new Renamed(record.getInt(8), text(record, 16)));
  }

  private static String text(ByteBuffer record, int start) {
    int end = start;
    while (end < record.capacity() && record.get(end) != 0) {
      end++;
    }
    byte[] text = new byte[end - start];
    record.get(start, text);
    return new String(text, StandardCharsets.UTF_8);
  }

  /** Returns when it was written, of a record with {@link #PERF_SAMPLE_TIME}. */
  static long time(ByteBuffer record) {
    return record.getLong(record.capacity() - Long.BYTES);
  }

  private static Mapped mapped(ByteBuffer record) {
    ShownPath shown = ShownPath.of(text(record, 72));
    long start = record.getLong(16);
    return new Mapped(
        record.getInt(8),
        new Mapping(
            start,
            start + record.getLong(24),
            "r-xp",
            record.getLong(32),
            FileIdentity.of(record.getInt(40), record.getInt(44), record.getLong(48)),
            shown.path(),
            shown.deleted()));
  }
}
