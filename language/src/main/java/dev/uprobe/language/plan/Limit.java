package dev.uprobe.language.plan;

/**
 * How many of a probe's events are sent; the kernel decides, and counts what it suppresses.
 *
 * @param eventsPerSecond for each node, at least 1; 0 for no limit
 * @param sampleEvery only every so-manieth event, at least 1
 */
public record Limit(int eventsPerSecond, int sampleEvery) {
  /** The events a second where nothing is said. */
  public static final int DEFAULT_EVENTS = 1000;

  /** The greatest of either number. */
  public static final int MAX = 1_000_000;

  public static final Limit NONE = new Limit(0, 1);
}
