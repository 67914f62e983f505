package dev.uprobe.agent.node;

import dev.uprobe.distribution.Distribution;
import dev.uprobe.v1alpha1.AggregateReport;

/**
 * What was kept of a probe's calls over the life of its attachment.
 *
 * @param of what is aggregated; totals of which this differs cannot be put together
 */
record AggregateTotal(String of, Distribution kept) {

  static AggregateTotal of(AggregateReport report) {
    return new AggregateTotal(report.of(), report.distribution());
  }

  /** Returns both together; this one alone where the other is of something else. */
  AggregateTotal plus(AggregateTotal other) {
    return of.equals(other.of) ? new AggregateTotal(of, kept.plus(other.kept)) : this;
  }
}
