package dev.uprobe.bench.scale;

import dev.uprobe.bench.report.Row;
import dev.uprobe.bench.report.Samples;
import dev.uprobe.bench.run.Place;
import dev.uprobe.bench.run.ProcessUsage;
import dev.uprobe.bench.run.Tracer;
import dev.uprobe.operator.api.ApiServer;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** What 50 traces cost an API server and the operator, in clusters of more and more nodes. */
public final class Scale {
  private static final int WRITES_PER_SECOND = 20;
  private static final int MAX_MEBIBYTES = 512;
  private static final long PATIENCE_SECONDS = 600;

  private final Place place;
  private final List<Integer> sizes;

  /** Prepares to measure clusters of so many nodes. */
  public Scale(Place place, List<Integer> sizes) {
    this.place = place;
    this.sizes = List.copyOf(sizes);
  }

  /** Measures. */
  public List<Row> measure() throws Exception {
    Optional<Path> bin = ApiServer.bin();
    Optional<Path> etcd = bin.flatMap(ApiServer::etcd);
    if (etcd.isEmpty()) {
      return List.of(
          Row.shown(
              "scale",
              "not measured: set KUBE_BIN to a folder with kube-apiserver and etcd, of Kubernetes"
                  + " 1.32 or later"));
    }
    List<Row> rows = new ArrayList<>();
    for (int nodes : sizes) {
      try (ApiServer server =
          ApiServer.start(bin.get(), etcd.get(), place.repository().resolve("crds/manifests"))) {
        rows.addAll(rows(nodes, server));
      }
    }
    return rows;
  }

  /** A client of its own for whoever would have one: the agents, those that look on. */
  private List<Row> rows(int nodes, ApiServer server) throws Exception {
    try (KubernetesClient client = server.client();
        KubernetesClient agentsClient = server.client()) {
      SimulatedCluster cluster = new SimulatedCluster(client, nodes);
      cluster.create();
      try (Tracer operator = operator(nodes, server);
          EventTimes times = new EventTimes(client);
          SimulatedAgents agents = new SimulatedAgents(agentsClient, times)) {
        agents.start();
        double settled = settle(cluster, agents, operator);
        return window(nodes, client, agents.reportIntervals().getMax(), operator, times, settled);
      }
    }
  }

  private Tracer operator(int nodes, ApiServer server) throws IOException, InterruptedException {
    Path kubeconfig = place.scratch().resolve("kubeconfig");
    Files.writeString(kubeconfig, server.kubeconfig());
    Path module = place.repository().resolve("operator");
    Tracer operator =
        Tracer.start(
            place,
            "operator-" + nodes,
            Map.of(
                "KUBECONFIG",
                kubeconfig.toString(),
                "OPERATOR_NAMESPACE",
                SimulatedCluster.NAMESPACE,
                "STATUS_WRITES_PER_SECOND",
                Integer.toString(WRITES_PER_SECOND),
                "HEALTH_PORT",
                "0"),
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@" + module.resolve("jvm.options"),
                "-cp",
                module.resolve("target/classes") + ":" + module.resolve("target/lib/*"),
                "dev.uprobe.operator.Main"));
    operator.awaitText("the operator has started");
    return operator;
  }

  /** Returns how long it takes until all is attached and nobody reports too often. */
  private static double settle(SimulatedCluster cluster, SimulatedAgents agents, Tracer operator)
      throws IOException, InterruptedException {
    long start = System.nanoTime();
    cluster.trace();
    while (!cluster.isAttached()
        || !agents.isCaughtUp()
        || agents.reportIntervals().getMin() * WRITES_PER_SECOND < cluster.attachments()) {
      double seconds = (System.nanoTime() - start) / 1e9;
      if (!operator.isAlive() || seconds > PATIENCE_SECONDS) {
        throw new IOException(
            "not attached after %.0f s; the operator says: %s"
                .formatted(seconds, operator.messages()));
      }
      TimeUnit.SECONDS.sleep(1);
    }
    return (System.nanoTime() - start) / 1e9;
  }

  private static List<Row> window(
      int nodes,
      KubernetesClient client,
      int interval,
      Tracer operator,
      EventTimes times,
      double settled)
      throws IOException, InterruptedException {
    // What has piled up until now is not of this window.
    TimeUnit.SECONDS.sleep(5);
    times.begin();
    ApiWrites before = ApiWrites.of(client);
    ProcessUsage usageBefore = ProcessUsage.of(operator.pid());
    long start = System.nanoTime();
    // A whole interval: only then has each attachment had its turn.
    TimeUnit.SECONDS.sleep(Math.max(30, interval));
    ApiWrites after = ApiWrites.of(client);
    ProcessUsage usage = ProcessUsage.of(operator.pid());
    double seconds = (System.nanoTime() - start) / 1e9;
    String what =
        "%,d nodes, %d traces, each on %d: "
            .formatted(
                nodes, SimulatedCluster.TRACES, Math.max(1, nodes / SimulatedCluster.TRACES));
    return List.of(
        Row.atMost(
            what + "the agents' writes a second, each every " + interval + " s",
            after.rate(ApiWrites::reports, before, seconds),
            WRITES_PER_SECOND,
            ""),
        Row.atMost(
            what + "the operator's writes of traces' statuses a second",
            after.rate(ApiWrites::statuses, before, seconds),
            WRITES_PER_SECOND,
            ""),
        Row.shown(
            what + "other writes a second, such as of leases",
            "%.2f".formatted(after.rate(ApiWrites::others, before, seconds))),
        Row.shown(
            what + "the operator's CPU, of a core",
            "%.1f %%".formatted((usage.cpuSeconds() - usageBefore.cpuSeconds()) / seconds * 100)),
        Row.atMost(
            what + "the operator's resident memory",
            (double) usage.residentBytes() / (1 << 20),
            MAX_MEBIBYTES,
            " MiB"),
        Row.shown(
            what + "from an event's report to the trace's status",
            "%.0f ms (%d events)"
                .formatted(Samples.median(times.milliseconds()), times.milliseconds().size())),
        Row.shown(
            what + "from kubectl apply of the traces to all attached",
            "%.1f s".formatted(settled)));
  }
}
