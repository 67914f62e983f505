package dev.uprobe.language.plan;

/**
 * Rate limit and sampling of a probe's events. The kernel applies them, and counts the calls that
 * it drops.
 *
 * @param eventsPerSecond for each node, at least 1; 0 for no limit
 * @param sampleEvery emit one event for every N calls, at least 1
 */
public record Limit(int eventsPerSecond, int sampleEvery) {
  /** Default number of events per second. */
  public static final int DEFAULT_EVENTS = 1000;

  /** Maximum of both numbers. */
  public static final int MAX = 1_000_000;

  public static final Limit NONE = new Limit(0, 1);
}
