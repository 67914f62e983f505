package dev.uprobe.agent.events.model;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Tells what time of day a moment of CLOCK_MONOTONIC was.
 *
 * <p>On Linux, {@link System#nanoTime} reads CLOCK_MONOTONIC, the clock of bpf_ktime_get_ns. The
 * distance of the two clocks is measured again each second, for the time of day may be set. Whoever
 * shows the same event shares one of these, or the times differ by what the measurements do.
 */
public final class WallClock {
  private static final long MEASURED_EVERY_NANOS = 1_000_000_000;

  private Instant origin = Instant.EPOCH;
  private long measuredAt;
  private boolean measured;

  /** Returns the time of day at a moment given in nanoseconds of CLOCK_MONOTONIC. */
  public Instant at(long monotonicNanos) {
    if (!measured || monotonicNanos - measuredAt > MEASURED_EVERY_NANOS) {
      long now = System.nanoTime();
      origin = Instant.now().minus(now, ChronoUnit.NANOS);
      measuredAt = now;
      measured = true;
    }
    return origin.plusNanos(monotonicNanos);
  }
}
