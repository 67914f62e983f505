package dev.uprobe.agent.cli;

import java.time.Duration;
import java.util.function.LongSupplier;

/** Turns the first signal into an orderly end, and a later Ctrl-C into an immediate one. */
final class Interrupts {
  /** timeout(1) and terminals send one signal twice, within milliseconds. */
  static final Duration SAME = Duration.ofMillis(500);

  private final Runnable stop;
  private final Runnable halt;
  private final LongSupplier nanoTime;
  private boolean stopping;
  private long stoppedAt;

  /**
   * Creates one.
   *
   * @param stop begins an orderly end
   * @param halt ends the process
   * @param nanoTime a clock such as {@link System#nanoTime}
   */
  Interrupts(Runnable stop, Runnable halt, LongSupplier nanoTime) {
    this.stop = stop;
    this.halt = halt;
    this.nanoTime = nanoTime;
  }

  /** Handles SIGTERM or SIGHUP. */
  synchronized void onEnd() {
    if (!stopping) {
      stopping = true;
      stoppedAt = nanoTime.getAsLong();
      stop.run();
    }
  }

  /** Handles SIGINT. */
  synchronized void onInterrupt() {
    if (stopping && nanoTime.getAsLong() - stoppedAt > SAME.toNanos()) {
      halt.run();
    } else {
      onEnd();
    }
  }
}
