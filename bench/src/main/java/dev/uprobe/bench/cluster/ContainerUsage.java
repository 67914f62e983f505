package dev.uprobe.bench.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;

/**
 * What a pod's first container uses, as its node's kubelet says (its Summary API).
 *
 * @param cpuNanos that it has used since its start, at the time {@code cpuAt}
 * @param workingSet bytes that cannot be taken from it
 */
record ContainerUsage(long cpuNanos, Instant cpuAt, long workingSet) {
  private static final ObjectMapper JSON = new ObjectMapper();

  static ContainerUsage of(KubernetesClient client, Pod pod) {
    String summary =
        client.raw("/api/v1/nodes/" + pod.getSpec().getNodeName() + "/proxy/stats/summary");
    try {
      for (JsonNode each : JSON.readTree(summary).path("pods")) {
        if (each.path("podRef").path("uid").asText().equals(pod.getMetadata().getUid())) {
          JsonNode container = each.path("containers").path(0);
          return new ContainerUsage(
              container.path("cpu").path("usageCoreNanoSeconds").asLong(),
              Instant.parse(container.path("cpu").path("time").asText()),
              container.path("memory").path("workingSetBytes").asLong());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    throw new IllegalStateException(
        "The kubelet knows no pod " + pod.getMetadata().getName() + ".");
  }

  /** Returns the CPU used since an earlier look, in percent of a core. */
  double cpuPercentSince(ContainerUsage earlier) {
    return 100.0 * (cpuNanos - earlier.cpuNanos) / Duration.between(earlier.cpuAt, cpuAt).toNanos();
  }

  double workingSetMegabytes() {
    return (double) workingSet / (1 << 20);
  }
}
