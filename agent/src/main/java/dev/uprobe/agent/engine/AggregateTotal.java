package dev.uprobe.agent.engine;

import dev.uprobe.api.v1alpha1.AggregateReport;
import dev.uprobe.language.histogram.Distribution;
import dev.uprobe.language.histogram.Reports;

/**
 * What was kept of a probe's calls over the life of its attachment.
 *
 * @param of what is aggregated; totals of which this differs cannot be put together
 */
public record AggregateTotal(String of, Distribution kept) {

  static AggregateTotal of(AggregateReport report) {
    return new AggregateTotal(report.of(), Reports.distribution(report));
  }

  /** Returns both together; this one alone where the other is of something else. */
  AggregateTotal plus(AggregateTotal other) {
    return of.equals(other.of) ? new AggregateTotal(of, kept.plus(other.kept)) : this;
  }
}
