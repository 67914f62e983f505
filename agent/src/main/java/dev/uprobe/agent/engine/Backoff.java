package dev.uprobe.agent.engine;

import java.time.Duration;

/** Waits between attempts that double from the first to the longest. */
public record Backoff(Duration first, Duration longest) {

  /** Returns the wait that follows another; the first one follows zero. */
  public Duration after(Duration last) {
    Duration doubled = last.multipliedBy(2);
    if (doubled.compareTo(first) < 0) {
      return first;
    }
    return doubled.compareTo(longest) > 0 ? longest : doubled;
  }
}
