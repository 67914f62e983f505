package dev.uprobe.operator.status;

import dev.uprobe.api.v1alpha1.AggregateReport;
import dev.uprobe.api.v1alpha1.AggregateSummary;
import dev.uprobe.api.v1alpha1.ProbeReport;
import dev.uprobe.api.v1alpha1.ProbeSpec;
import dev.uprobe.language.histogram.Distribution;
import dev.uprobe.language.histogram.Reports;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Merges the aggregated calls of all nodes. Like the counts, they never decrease, unless the trace
 * changes what it aggregates.
 */
final class Aggregates {
  private Aggregates() {}

  /**
   * Returns a summary for each probe that aggregates, in the order of the spec.
   *
   * @param previous the sums so far
   * @param live reports of the attachments, those of the current spec first
   */
  static List<AggregateSummary> of(
      List<ProbeSpec> probes, List<AggregateSummary> previous, List<ProbeReport> live) {
    List<AggregateSummary> summaries = new ArrayList<>();
    for (ProbeSpec probe : probes) {
      if (probe.aggregate() != null) {
        Optional<AggregateSummary> known =
            previous.stream().filter(each -> each.probe().equals(probe.name())).findFirst();
        List<AggregateReport> reports =
            live.stream()
                .filter(each -> each.name().equals(probe.name()))
                .map(ProbeReport::aggregate)
                .filter(Objects::nonNull)
                .toList();
        summary(probe.name(), known, reports).ifPresent(summaries::add);
      }
    }
    return summaries;
  }

  private static Optional<AggregateSummary> summary(
      String probe, Optional<AggregateSummary> known, List<AggregateReport> reports) {
    if (reports.isEmpty()) {
      return known.map(
          each -> Reports.summary(probe, each.of(), Reports.total(each), Reports.total(each)));
    }
    String of = reports.get(0).of();
    Distribution live =
        reports.stream()
            .filter(each -> each.of().equals(of))
            .map(Reports::distribution)
            .reduce(Distribution.EMPTY, Distribution::plus);
    Distribution carried =
        known
            .filter(each -> each.of().equals(of))
            .map(each -> Reports.total(each).without(live, Reports.carriedOver(each)))
            .orElse(Distribution.EMPTY);
    return Optional.of(Reports.summary(probe, of, carried.plus(live), carried));
  }
}
