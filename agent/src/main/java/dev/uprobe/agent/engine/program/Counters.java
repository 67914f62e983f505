package dev.uprobe.agent.engine.program;

import dev.uprobe.bpf.Structs;

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
  /** How many there are. */
  static final int COUNT = Structs.Counters.SIZEOF / Long.BYTES;

  public static final Counters NONE = of(new long[COUNT]);

  /** Returns the same with so many more missed calls. */
  Counters withMissed(long more) {
    return new Counters(hits, events, filtered, limited, lost, missed + more);
  }

  static Counters of(long[] numbers) {
    return new Counters(
        numbers[Structs.Counters.HITS / Long.BYTES],
        numbers[Structs.Counters.EVENTS / Long.BYTES],
        numbers[Structs.Counters.FILTERED / Long.BYTES],
        numbers[Structs.Counters.LIMITED / Long.BYTES],
        numbers[Structs.Counters.LOST / Long.BYTES],
        numbers[Structs.Counters.MISSED / Long.BYTES]);
  }
}
