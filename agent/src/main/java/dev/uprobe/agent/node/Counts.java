package dev.uprobe.agent.node;

import dev.uprobe.agent.attach.Counters;
import dev.uprobe.v1alpha1.ProbeReport;

/**
 * The counts of a probe over the life of its attachment: what went before, and what the kernel says
 * now.
 */
record Counts(long hits, long events, long filtered, long limited, long lost) {
  static final Counts NONE = new Counts(0, 0, 0, 0, 0);

  /**
   * Returns the counts of a probe that is attached.
   *
   * @param unwritten those of its events that the output had no room for
   */
  static Counts of(Counters counters, long unwritten) {
    return new Counts(
        counters.hits(),
        counters.events(),
        counters.filtered(),
        counters.limited(),
        counters.lost() + counters.missed() + unwritten);
  }

  static Counts of(ProbeReport report) {
    return new Counts(
        report.hits(), report.events(), report.filtered(), report.limited(), report.lost());
  }

  Counts plus(Counts other) {
    return new Counts(
        hits + other.hits,
        events + other.events,
        filtered + other.filtered,
        limited + other.limited,
        lost + other.lost);
  }
}
