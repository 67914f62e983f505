package dev.uprobe.agent.metrics;

import dev.uprobe.api.v1alpha1.ContainerCounts;
import dev.uprobe.api.v1alpha1.ProbeReport;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** The figures of each trace and of each of its probes, as the attachments' statuses have them. */
public final class TraceMetrics implements MultiCollector {
  /** The most probes that are told of one by one: a server remembers every label it has seen. */
  static final int MAX_PROBES = 5000;

  private final Supplier<List<TraceStatus>> traces;

  /**
   * @param traces oldest first, so that those told of stay the same where there are too many
   */
  public TraceMetrics(Supplier<List<TraceStatus>> traces) {
    this.traces = traces;
  }

  @Override
  public MetricSnapshots collect() {
    List<TraceStatus> all = traces.get();
    // An attachment that is replaced may be there twice; the later one counts.
    Map<Labels, ContainerCounts> containers = new LinkedHashMap<>();
    Map<Labels, ProbeReport> probes = new LinkedHashMap<>();
    int probesLeftOut = 0;
    for (TraceStatus each : all) {
      List<ProbeReport> reports = each.status().probes();
      if (probes.size() + reports.size() > MAX_PROBES) {
        probesLeftOut += reports.size();
        continue;
      }
      Labels labels = Labels.of("namespace", each.namespace(), "trace", each.trace());
      containers.put(labels, each.status().summary());
      reports.forEach(probe -> probes.put(labels.add("probe", probe.name()), probe));
    }
    return MetricSnapshots.builder()
        .metricSnapshot(
            MetricSnapshotsFactory.gauge(
                "uprobe_agent_traces", "Traces that run on this agent.", all.size()))
        .metricSnapshot(
            MetricSnapshotsFactory.gauge(
                "uprobe_agent_probes_left_out",
                "Probes without metrics of their own, because there are more than "
                    + MAX_PROBES
                    + ".",
                probesLeftOut))
        .metricSnapshot(
            MetricSnapshotsFactory.gauges(
                "uprobe_agent_trace_containers_wanted",
                "Containers of this node that match the trace.",
                values(containers, ContainerCounts::desired)))
        .metricSnapshot(
            MetricSnapshotsFactory.gauges(
                "uprobe_agent_trace_containers_attached",
                "Containers of this node that have every probe of the trace attached.",
                values(containers, ContainerCounts::attached)))
        .metricSnapshot(
            MetricSnapshotsFactory.gauges(
                "uprobe_agent_probe_functions",
                "Functions that the probe is attached to, over all files.",
                values(probes, ProbeReport::functions)))
        .metricSnapshot(
            MetricSnapshotsFactory.counters(
                "uprobe_agent_probe_hits",
                "Calls in the selected containers.",
                values(probes, ProbeReport::hits)))
        .metricSnapshot(
            MetricSnapshotsFactory.counters(
                "uprobe_agent_probe_events",
                "Calls that became an event.",
                values(probes, ProbeReport::events)))
        .metricSnapshot(
            MetricSnapshotsFactory.counters(
                "uprobe_agent_probe_filtered",
                "Calls that did not match where.",
                values(probes, ProbeReport::filtered)))
        .metricSnapshot(
            MetricSnapshotsFactory.counters(
                "uprobe_agent_probe_limited",
                "Calls that the probe's limit dropped.",
                values(probes, ProbeReport::limited)))
        .metricSnapshot(
            MetricSnapshotsFactory.counters(
                "uprobe_agent_probe_lost",
                "Calls and events that found no room in the kernel or in the log.",
                values(probes, ProbeReport::lost)))
        .metricSnapshot(ProbeHistograms.durations(probes))
        .metricSnapshot(ProbeHistograms.numbers(probes))
        .build();
  }

  private static <T> Map<Labels, Double> values(Map<Labels, T> all, ToDoubleFunction<T> value) {
    Map<Labels, Double> values = new LinkedHashMap<>();
    all.forEach((labels, each) -> values.put(labels, value.applyAsDouble(each)));
    return values;
  }
}
