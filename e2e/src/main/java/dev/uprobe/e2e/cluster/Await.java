package dev.uprobe.e2e.cluster;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Waits for what happens soon, and says what it saw last where it does not. */
public final class Await {
  public static final Duration SOON = Duration.ofSeconds(60);
  private static final long PAUSE_MILLIS = 100;

  private Await() {}

  public static <T> T until(String what, Supplier<T> look, Predicate<T> isFound) {
    return until(SOON, what, look, isFound);
  }

  public static <T> T until(Duration limit, String what, Supplier<T> look, Predicate<T> isFound) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (true) {
      T seen = look.get();
      if (isFound.test(seen)) {
        return seen;
      }
      if (System.nanoTime() > deadline) {
        throw new AssertionError("waited for %s until %s; it was: %s".formatted(limit, what, seen));
      }
      pause();
    }
  }

  public static <T> T present(String what, Supplier<Optional<T>> look) {
    return until(what, look, Optional::isPresent).orElseThrow();
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted", e);
    }
  }
}
