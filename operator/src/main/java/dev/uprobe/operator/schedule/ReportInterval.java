package dev.uprobe.operator.schedule;

import java.util.Optional;

/**
 * How often an agent may write the status of an attachment, so that all together stay within a
 * budget.
 *
 * @param neededSeconds the shortest interval that keeps the budget, at least 2
 */
public record ReportInterval(int neededSeconds) {
  private static final int SHORTEST = 2;
  private static final int LONGEST = 3600;

  /** Returns the shortest interval in which each attachment can be written once. */
  public static ReportInterval of(int attachments, int writesPerSecond) {
    int seconds = (attachments + writesPerSecond - 1) / writesPerSecond;
    return new ReportInterval(Math.min(LONGEST, Math.max(SHORTEST, seconds)));
  }

  /**
   * Returns the interval of one attachment, in seconds.
   *
   * <p>Intervals are powers of two and shrink late, so that one more or one fewer attachment in the
   * cluster does not change the spec of all others.
   *
   * @param current the interval that the attachment has now
   */
  public int choose(Optional<Integer> current) {
    return current
        .filter(seconds -> seconds >= neededSeconds && seconds <= 4 * roundedUp())
        .orElseGet(this::roundedUp);
  }

  private int roundedUp() {
    int seconds = SHORTEST;
    while (seconds < neededSeconds) {
      seconds *= 2;
    }
    return Math.min(LONGEST, seconds);
  }
}
