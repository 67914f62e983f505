package dev.uprobe.agent.metrics;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;

/** What this process uses of its node, by the names that Prometheus' own libraries have for it. */
public final class ProcessMetrics implements MultiCollector {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final String RESIDENT = "VmRSS:";

  @Override
  public MetricSnapshots collect() {
    ProcessHandle.Info info = ProcessHandle.current().info();
    return MetricSnapshots.builder()
        .metricSnapshot(
            MetricSnapshotsFactory.counter(
                "process_cpu_seconds",
                "User and system CPU time of the agent, in seconds.",
                info.totalCpuDuration().map(ProcessMetrics::seconds).orElse(Double.NaN)))
        .metricSnapshot(
            MetricSnapshotsFactory.gauge(
                "process_start_time_seconds",
                "Start time of the agent, in seconds since 1970.",
                info.startInstant().map(ProcessMetrics::epoch).orElse(Double.NaN)))
        .metricSnapshot(
            MetricSnapshotsFactory.gauge(
                "process_resident_memory_bytes",
                "Resident memory of the agent, including mapped files.",
                residentBytes()))
        .build();
  }

  private static double seconds(Duration duration) {
    return duration.toNanos() / 1e9;
  }

  private static double epoch(Instant time) {
    return time.toEpochMilli() / 1e3;
  }

  private static double residentBytes() {
    try (Stream<String> lines = Files.lines(STATUS)) {
      return lines
          .filter(line -> line.startsWith(RESIDENT))
          .map(line -> line.substring(RESIDENT.length()).replace("kB", "").strip())
          .mapToDouble(kilobytes -> Long.parseLong(kilobytes) * 1024.0)
          .findFirst()
          .orElse(Double.NaN);
    } catch (IOException e) {
      throw new UncheckedIOException(STATUS + " cannot be read", e);
    }
  }
}
