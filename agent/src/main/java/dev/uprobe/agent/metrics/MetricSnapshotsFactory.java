package dev.uprobe.agent.metrics;

import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.Map;

/** Puts numbers into the form of a scrape. Names of counters are without their suffix _total. */
final class MetricSnapshotsFactory {
  private MetricSnapshotsFactory() {}

  static CounterSnapshot counter(String name, String help, double value) {
    return counters(name, help, Map.of(Labels.EMPTY, value));
  }

  static CounterSnapshot counters(String name, String help, Map<Labels, Double> values) {
    CounterSnapshot.Builder counter = CounterSnapshot.builder().name(name).help(help);
    values.forEach(
        (labels, value) ->
            counter.dataPoint(
                CounterDataPointSnapshot.builder().labels(labels).value(value).build()));
    return counter.build();
  }

  static GaugeSnapshot gauge(String name, String help, double value) {
    return gauges(name, help, Map.of(Labels.EMPTY, value));
  }

  static GaugeSnapshot gauges(String name, String help, Map<Labels, Double> values) {
    GaugeSnapshot.Builder gauge = GaugeSnapshot.builder().name(name).help(help);
    values.forEach(
        (labels, value) ->
            gauge.dataPoint(GaugeDataPointSnapshot.builder().labels(labels).value(value).build()));
    return gauge.build();
  }
}
