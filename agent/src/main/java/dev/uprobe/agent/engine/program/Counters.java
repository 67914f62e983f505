package dev.uprobe.agent.engine.program;

/**
 * What became of a probe's hits: struct counters of bpf/event.h.
 *
 * @param hits calls of selected processes
 * @param events sent
 * @param filtered rejected by a condition
 * @param limited dropped by a limit
 * @param lost because the ring buffer was full
 * @param missed calls of which no return was seen: they left by a jump or an exception, their
 *     thread ended, the probe was detached before, or the table of running calls was full
 */
public record Counters(
    long hits, long events, long filtered, long limited, long lost, long missed) {
  static final int COUNT = 6;
  public static final Counters NONE = of(new long[COUNT]);

  /** Returns the same with so many more missed calls. */
  Counters withMissed(long more) {
    return new Counters(hits, events, filtered, limited, lost, missed + more);
  }

  static Counters of(long[] numbers) {
    return new Counters(numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5]);
  }
}
