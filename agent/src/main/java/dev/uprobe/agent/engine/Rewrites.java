package dev.uprobe.agent.engine;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How often files were rewritten lately. To attach costs more than to write: a file that somebody
 * writes all the time is left alone for longer and longer.
 */
final class Rewrites {
  private static final int FREE = 5;
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
  private static final Duration FORGOTTEN_AFTER = Duration.ofSeconds(10);
  private static final int MAX_FILES = 256;

  private final Map<Long, Rewrite> latest = new LinkedHashMap<>();

  /**
   * @param count of rewrites, each soon after the one before
   * @param at by the clock of {@link System#nanoTime}
   */
  private record Rewrite(int count, long at) {
    Duration pause() {
      int doublings = Math.min(count - FREE, 6);
      Duration pause = doublings < 0 ? Duration.ZERO : FIRST_PAUSE.multipliedBy(1L << doublings);
      return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
    }

    boolean isForgotten(long now) {
      return now - at > pause().plus(FORGOTTEN_AFTER).toNanos();
    }
  }

  void add(long inode, long now) {
    Rewrite before = latest.remove(inode);
    boolean isFirst = before == null || before.isForgotten(now);
    latest.put(inode, new Rewrite(isFirst ? 1 : before.count() + 1, now));
    if (latest.size() > MAX_FILES) {
      latest.remove(latest.keySet().iterator().next());
    }
  }

  /** Returns whether it is too soon to attach to a file again. */
  boolean areTooMany(long inode, long now) {
    Rewrite last = latest.get(inode);
    return last != null && now - last.at() < last.pause().toNanos();
  }
}
