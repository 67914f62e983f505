package dev.uprobe.operator.api;

import java.time.Duration;
import java.util.concurrent.Callable;

/** Waits for something that happens soon. */
final class Await {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final long PAUSE_MILLIS = 50;

  private Await() {}

  static void until(String what, Callable<Boolean> condition) throws Exception {
    until(SOON, what, condition);
  }

  static void until(Duration limit, String what, Callable<Boolean> condition) throws Exception {
    long deadline = System.nanoTime() + limit.toNanos();
    while (!condition.call()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("waited for %s until: %s".formatted(limit, what));
      }
      Thread.sleep(PAUSE_MILLIS);
    }
  }
}
