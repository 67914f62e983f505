package dev.uprobe.agent.engine;

import dev.uprobe.agent.engine.program.Counters;
import dev.uprobe.api.v1alpha1.ProbeReport;

/**
 * The counts of a probe over the life of its attachment: what went before, and what the kernel says
 * now.
 */
public record ProbeCounts(long hits, long events, long filtered, long limited, long lost) {
  public static final ProbeCounts NONE = new ProbeCounts(0, 0, 0, 0, 0);

  /**
   * Returns the counts of a probe that is attached.
   *
   * @param unwritten those of its events that the output had no room for
   */
  static ProbeCounts of(Counters counters, long unwritten) {
    return new ProbeCounts(
        counters.hits(),
        counters.events(),
        counters.filtered(),
        counters.limited(),
        counters.lost() + counters.missed() + unwritten);
  }

  static ProbeCounts of(ProbeReport report) {
    return new ProbeCounts(
        report.hits(), report.events(), report.filtered(), report.limited(), report.lost());
  }

  ProbeCounts plus(ProbeCounts other) {
    return new ProbeCounts(
        hits + other.hits,
        events + other.events,
        filtered + other.filtered,
        limited + other.limited,
        lost + other.lost);
  }
}
