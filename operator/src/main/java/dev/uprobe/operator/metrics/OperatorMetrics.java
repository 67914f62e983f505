package dev.uprobe.operator.metrics;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.monitoring.Metrics;
import io.javaoperatorsdk.operator.processing.event.Event;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Unit;
import java.util.Map;

/** Counts what the operator does, for Prometheus. */
public final class OperatorMetrics implements Metrics {
  private final Counter events;
  private final Counter reconciliations;
  private final Histogram duration;

  public OperatorMetrics(PrometheusRegistry registry) {
    events =
        Counter.builder()
            .name("uprobe_operator_events_total")
            .help("Changes in the cluster that triggered a reconciliation.")
            .register(registry);
    reconciliations =
        Counter.builder()
            .name("uprobe_operator_reconciliations_total")
            .help("Reconciliations of UprobeTraces, by result: success or error.")
            .labelNames("result")
            .register(registry);
    duration =
        Histogram.builder()
            .name("uprobe_operator_reconciliation_duration_seconds")
            .help("Duration of a reconciliation, in seconds.")
            .unit(Unit.SECONDS)
            .classicOnly()
            .register(registry);
    reconciliations.initLabelValues("success");
    reconciliations.initLabelValues("error");
  }

  @Override
  public void receivedEvent(Event event, Map<String, Object> metadata) {
    events.inc();
  }

  @Override
  public void finishedReconciliation(HasMetadata resource, Map<String, Object> metadata) {
    reconciliations.labelValues("success").inc();
  }

  @Override
  public void failedReconciliation(
      HasMetadata resource, Exception exception, Map<String, Object> metadata) {
    reconciliations.labelValues("error").inc();
  }

  @Override
  public <T> T timeControllerExecution(ControllerExecution<T> execution) throws Exception {
    long start = System.nanoTime();
    try {
      return execution.execute();
    } finally {
      duration.observe(Unit.nanosToSeconds(System.nanoTime() - start));
    }
  }
}
