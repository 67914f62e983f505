package dev.uprobe.agent.metrics;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * What an agent has done since its start.
 *
 * @param version of the agent
 * @param eventsWritten to the log
 * @param eventsUnwritten of all probes, as the log had no room for them
 * @param eventsLost of all probes, those that are gone included, as the ring buffer was full
 * @param statusesWritten to the API server
 * @param statusesFailed that the API server did not take; they are written later
 */
public record AgentMetrics(
    String version,
    LongSupplier eventsWritten,
    LongSupplier eventsUnwritten,
    LongSupplier eventsLost,
    LongSupplier statusesWritten,
    LongSupplier statusesFailed)
    implements MultiCollector {

  @Override
  public MetricSnapshots collect() {
    return MetricSnapshots.builder()
        .metricSnapshot(
            InfoSnapshot.builder()
                .name("uprobe_agent_build")
                .help("The agent's version.")
                .dataPoint(
                    InfoDataPointSnapshot.builder().labels(Labels.of("version", version)).build())
                .build())
        .metricSnapshot(
            MetricSnapshotsFactory.counter(
                "uprobe_agent_events_written",
                "Events written to the log.",
                eventsWritten.getAsLong()))
        .metricSnapshot(
            MetricSnapshotsFactory.counter(
                "uprobe_agent_output_lost",
                "Events lost because the log was read too slowly.",
                eventsUnwritten.getAsLong()))
        .metricSnapshot(
            MetricSnapshotsFactory.counter(
                "uprobe_agent_ring_buffer_lost",
                "Events lost because the ring buffer of all probes was full.",
                eventsLost.getAsLong()))
        .metricSnapshot(
            MetricSnapshotsFactory.counters(
                "uprobe_agent_status_writes",
                "Status updates sent to the API server, by result: success or error.",
                byResult()))
        .build();
  }

  private Map<Labels, Double> byResult() {
    Map<Labels, Double> values = new LinkedHashMap<>();
    values.put(Labels.of("result", "success"), (double) statusesWritten.getAsLong());
    values.put(Labels.of("result", "error"), (double) statusesFailed.getAsLong());
    return values;
  }
}
