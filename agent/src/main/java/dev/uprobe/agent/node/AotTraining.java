package dev.uprobe.agent.node;

import dev.uprobe.agent.containers.NodePod;
import dev.uprobe.agent.engine.ProbeCounts;
import dev.uprobe.agent.engine.ProbeState;
import dev.uprobe.agent.events.decode.EventDecoder;
import dev.uprobe.agent.events.json.JsonSink;
import dev.uprobe.agent.events.model.ContainerRef;
import dev.uprobe.agent.events.model.ProbeDescriptor;
import dev.uprobe.agent.metrics.ProcessMetrics;
import dev.uprobe.agent.metrics.TraceMetrics;
import dev.uprobe.agent.metrics.TraceStatus;
import dev.uprobe.agent.sys.libbpf.BpfEnvironment;
import dev.uprobe.agent.sys.libc.KernelException;
import dev.uprobe.api.v1alpha1.AgentIdentity;
import dev.uprobe.api.v1alpha1.UprobeAttachment;
import dev.uprobe.api.v1alpha1.UprobeAttachmentStatus;
import dev.uprobe.kube.HealthServer;
import dev.uprobe.kube.signing.AttachmentVerifier;
import dev.uprobe.language.compile.InvalidTraceException;
import dev.uprobe.language.compile.TraceCompiler;
import dev.uprobe.language.plan.ProbePlan;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Goes through what an agent does in its first seconds, without a cluster and without privileges.
 * An image's build runs it to learn which classes the JVM is to keep ready.
 */
public final class AotTraining {
  /** Nothing listens there, so every request is refused at once. */
  private static final String NO_CLUSTER = "https://127.0.0.1:1";

  private static final String POD =
      """
      {"apiVersion": "v1", "kind": "Pod",
       "metadata": {"namespace": "shop", "name": "cart", "uid": "u1", "labels": {"app": "cart"}},
       "spec": {"containers": [{"name": "main"}]},
       "status": {"containerStatuses": [{"name": "main", "containerID": "containerd://c1"}]}}
      """;

  private static final String ATTACHMENT =
      """
      {"apiVersion": "uprobe.dev/v1alpha1", "kind": "UprobeAttachment",
       "metadata": {"namespace": "shop", "name": "orders-node", "uid": "u2", "generation": 1,
         "annotations": {"uprobe.dev/signature": "%s"}},
       "spec": {
         "nodeName": "node", "trace": {"name": "orders", "uid": "u3", "generation": 1},
         "target": {"podSelector": {"matchLabels": {"app": "cart"}}},
         "probes": [{
           "name": "charge", "symbol": "charge_card", "type": "Call",
           "signature": "int charge_card(const char *customer, unsigned long cents)",
           "where": ["cents >= 1000"],
           "message": "{customer} pays {cents}"}]}}
      """
          .formatted("A".repeat(86) + "==");

  private static final String KEY = "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";

  private final OutputStream events;

  /**
   * @param events where an event is written, as an agent would
   */
  public AotTraining(OutputStream events) {
    this.events = events;
  }

  /** Goes through all of it. */
  public void run()
      throws IOException, InterruptedException, KernelException, InvalidTraceException {
    BpfEnvironment.load();
    KubernetesSerialization serialization = NodeClient.serialization();
    ContainerRef origin = origin(NodePod.of(serialization.unmarshal(POD, Pod.class)));
    UprobeAttachment attachment = serialization.unmarshal(ATTACHMENT, UprobeAttachment.class);
    verify(attachment);
    ProbePlan plan = TraceCompiler.compileForCluster(attachment.getSpec()).probes().get(0);
    writeEvent(plan, origin);
    UprobeAttachmentStatus status = status(plan);
    writeStatus(attachment, status);
    scrape(new TraceStatus("shop", "orders", status));
  }

  /** In vain, by a key of nobody. */
  private static void verify(UprobeAttachment attachment) {
    new AttachmentCheck(AttachmentVerifier.of(KEY), "node", Set.of()).of(attachment);
  }

  private static ContainerRef origin(NodePod pod) {
    return new ContainerRef(pod.namespace(), pod.name(), pod.containerName("c1").orElseThrow());
  }

  private void writeEvent(ProbePlan plan, ContainerRef origin) throws IOException {
    ProbeDescriptor probe = new ProbeDescriptor(0, "orders", plan);
    ByteBuffer record = ByteBuffer.allocate(probe.layout().size()).order(ByteOrder.LITTLE_ENDIAN);
    JsonSink sink = new JsonSink(events, "node", namespace -> Optional.of(origin));
    sink.write(new EventDecoder(number -> probe).decode(record));
    sink.flush();
  }

  private static UprobeAttachmentStatus status(ProbePlan plan) {
    ProbeState state = new ProbeState(plan.name(), 0, ProbeCounts.NONE);
    return new AttachmentReport(new AgentIdentity("agent", "2030-01-01T00:00:00Z"))
        .of(1, List.of(), List.of(state), List.of());
  }

  /** The requests fail, which the log tells. */
  private static void writeStatus(UprobeAttachment attachment, UprobeAttachmentStatus status) {
    Config config = new ConfigBuilder(Config.empty()).withMasterUrl(NO_CLUSTER).build();
    try (KubernetesClient client = NodeClient.create(config);
        NodeInformers informers =
            new NodeInformers(
                client,
                "node",
                new InformerCallbacks<>(pod -> {}, pod -> {}),
                new InformerCallbacks<>(each -> {}, each -> {}))) {
      informers.start();
      new StatusWriter(client).write(attachment, status);
    }
  }

  private static void scrape(TraceStatus status) throws IOException, InterruptedException {
    PrometheusRegistry registry = new PrometheusRegistry();
    registry.register(new TraceMetrics(() -> List.of(status)));
    registry.register(new ProcessMetrics());
    try (HealthServer server = new HealthServer(0, () -> true, () -> true, registry)) {
      URI metrics = URI.create("http://127.0.0.1:" + server.port() + "/metrics");
      HttpClient.newHttpClient()
          .send(HttpRequest.newBuilder(metrics).build(), HttpResponse.BodyHandlers.discarding());
    }
  }
}
