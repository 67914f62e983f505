package dev.uprobe.bench.scale;

import dev.uprobe.api.v1alpha1.UprobeTrace;
import dev.uprobe.api.v1alpha1.UprobeTraceStatus;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * Objects of nodes, and of pods that never run: each node has a pod, whose trace is that of every
 * fiftieth node. A cluster of fewer nodes than traces has a pod for each trace.
 */
final class SimulatedCluster {
  static final int TRACES = 50;
  static final String NAMESPACE = "scale";
  private static final int CREATORS = 8;

  /** What a real pod or node has besides what the operator reads, in characters. */
  private static final String REST = "x".repeat(4096);

  private static final String TRACE =
      """
      apiVersion: uprobe.dev/v1alpha1
      kind: UprobeTrace
      metadata: {name: trace-%1$d, namespace: %2$s}
      spec:
        target: {podSelector: {matchLabels: {app: app-%1$d}}}
        probes:
        - name: charge
          symbol: charge_card
          type: Call
          signature: int charge_card(const char *customer, unsigned long cents)
          where: ["cents >= 1000"]
      """;

  private final KubernetesClient client;
  private final int nodes;

  SimulatedCluster(KubernetesClient client, int nodes) {
    this.client = client;
    this.nodes = nodes;
  }

  /** Returns how many attachments the traces have. */
  int attachments() {
    return Math.max(nodes, TRACES);
  }

  /** Creates the nodes and pods; there are no traces yet. */
  void create() throws InterruptedException {
    client
        .resource(
            new NamespaceBuilder().withNewMetadata().withName(NAMESPACE).endMetadata().build())
        .create();
    create(nodes, SimulatedCluster::node);
    create(attachments(), this::pod);
  }

  /** Creates the traces. */
  void trace() {
    for (int i = 0; i < TRACES; i++) {
      client.resource(TRACE.formatted(i, NAMESPACE)).create();
    }
  }

  private void create(int count, IntFunction<HasMetadata> object) throws InterruptedException {
    ExecutorService creators = Executors.newFixedThreadPool(CREATORS);
    try {
      List<Future<HasMetadata>> created =
          IntStream.range(0, count)
              .mapToObj(i -> creators.submit(() -> client.resource(object.apply(i)).create()))
              .toList();
      for (Future<HasMetadata> each : created) {
        each.get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } finally {
      creators.shutdownNow();
    }
  }

  private static HasMetadata node(int i) {
    return new NodeBuilder()
        .withNewMetadata()
        .withName("node-" + i)
        .withLabels(Map.of("kubernetes.io/os", "linux", "kubernetes.io/hostname", "node-" + i))
        .withAnnotations(Map.of("uprobe.dev/rest", REST))
        .endMetadata()
        .build();
  }

  private HasMetadata pod(int i) {
    return new PodBuilder()
        .withNewMetadata()
        .withNamespace(NAMESPACE)
        .withName("pod-" + i)
        .withLabels(Map.of("app", "app-" + i % TRACES))
        .withAnnotations(Map.of("uprobe.dev/rest", REST))
        .endMetadata()
        .withNewSpec()
        .withNodeName("node-" + i % nodes)
        .addNewContainer()
        .withName("app")
        .withImage("app")
        .endContainer()
        .endSpec()
        .build();
  }

  /** Returns whether each trace is attached everywhere. */
  boolean isAttached() {
    List<UprobeTraceStatus> statuses =
        client.resources(UprobeTrace.class).inNamespace(NAMESPACE).list().getItems().stream()
            .map(UprobeTrace::getStatus)
            .toList();
    return statuses.stream()
            .allMatch(
                status -> status != null && status.nodes().ready() == status.nodes().desired())
        && statuses.stream().mapToInt(status -> status.nodes().ready()).sum() == attachments();
  }
}
