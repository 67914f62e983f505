package dev.uprobe.agent.metrics;

import dev.uprobe.api.v1alpha1.AggregateReport;
import dev.uprobe.api.v1alpha1.ProbeReport;
import dev.uprobe.language.histogram.Bucket;
import dev.uprobe.language.histogram.Distribution;
import dev.uprobe.language.histogram.Reports;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/** What the kernel keeps of aggregated numbers, over all groups of a probe. */
final class ProbeHistograms {
  private static final double NANOS = 1e9;

  private ProbeHistograms() {}

  /** Returns how long calls took, in seconds. */
  static HistogramSnapshot durations(Map<Labels, ProbeReport> probes) {
    return histograms(
        "uprobe_agent_probe_duration_seconds",
        "Duration of the calls of a probe with aggregate.",
        probes,
        Reports::isDurations,
        1 / NANOS);
  }

  /** Returns the other numbers, as they are. */
  static HistogramSnapshot numbers(Map<Labels, ProbeReport> probes) {
    return histograms(
        "uprobe_agent_probe_number",
        "The number that a probe with aggregate records.",
        probes,
        each -> !Reports.isDurations(each),
        1);
  }

  private static HistogramSnapshot histograms(
      String name,
      String help,
      Map<Labels, ProbeReport> probes,
      Predicate<AggregateReport> wanted,
      double unit) {
    HistogramSnapshot.Builder histograms = HistogramSnapshot.builder().name(name).help(help);
    probes.forEach(
        (labels, probe) -> {
          AggregateReport kept = probe.aggregate();
          if (kept != null && kept.max() != null && wanted.test(kept)) {
            histograms.dataPoint(point(labels, Reports.distribution(kept), unit));
          }
        });
    return histograms.build();
  }

  private static HistogramDataPointSnapshot point(Labels labels, Distribution kept, double unit) {
    Map<Double, Long> counts = new TreeMap<>();
    for (Bucket each : kept.buckets()) {
      // The end below too: a server takes the numbers of a bucket to lie anywhere from there on.
      each.min().ifPresent(min -> counts.merge((min - 1) * unit, 0L, Long::sum));
      double end =
          each.max().isPresent() ? each.max().getAsLong() * unit : Double.POSITIVE_INFINITY;
      counts.merge(end, each.count(), Long::sum);
    }
    counts.merge(Double.POSITIVE_INFINITY, 0L, Long::sum);
    return HistogramDataPointSnapshot.builder()
        .labels(labels)
        .classicHistogramBuckets(
            ClassicHistogramBuckets.of(List.copyOf(counts.keySet()), List.copyOf(counts.values())))
        .sum(kept.sum() * unit)
        .build();
  }
}
