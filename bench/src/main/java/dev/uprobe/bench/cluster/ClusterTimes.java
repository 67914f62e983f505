package dev.uprobe.bench.cluster;

import dev.uprobe.bench.report.Row;
import dev.uprobe.bench.report.Samples;
import dev.uprobe.e2e.cluster.Await;
import dev.uprobe.e2e.cluster.Images;
import dev.uprobe.e2e.cluster.Installation;
import dev.uprobe.e2e.cluster.Workspace;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Times in the cluster that KUBECONFIG names, as its users see them: the chart is installed, and
 * traces and programs come and go.
 */
public final class ClusterTimes {
  private static final String TRACE =
      """
      apiVersion: uprobe.dev/v1alpha1
      kind: UprobeTrace
      metadata: {name: %s}
      spec:
        target: {podSelector: {matchLabels: {app: %s}}}
        probes:
        - {name: tick, symbol: tick, signature: "void tick(long milliseconds, long microseconds)"}
      """;

  private static final int TRACES = 10;
  private static final int AGENT_ROUNDS = 5;
  private static final long LOOK_MILLIS = 20_000;

  private final int rounds;

  /** Prepares to measure each time in so many rounds. */
  public ClusterTimes(int rounds) {
    this.rounds = rounds;
  }

  /** Measures. */
  public List<Row> measure() throws InterruptedException {
    List<Row> rows = new ArrayList<>();
    try (Installation installation = Installation.install(Images.of(System.getenv()));
        Workspace workspace = Workspace.create(installation)) {
      workspace.run("ticker", 1, "/targets/ticker");
      Workspace.Trace first = workspace.trace(TRACE.formatted("first", "ticker"));
      first.awaitAttached(1);
      rows.add(agentReady(installation));
      first.awaitAttached(1);
      Pod agent = installation.pods(Installation.AGENT).get(0);
      try (FollowedLog log = FollowedLog.of(installation, agent)) {
        rows.add(fromApply(workspace, log));
        rows.add(fromContainerStart(workspace, log));
      }
      first.delete();
      rows.addAll(atRest(installation, workspace, agent));
    }
    return rows;
  }

  /** The kubelet tells the start in whole seconds, so this is up to a second too much. */
  private Row agentReady(Installation installation) {
    List<Double> seconds = new ArrayList<>();
    for (int i = 0; i < AGENT_ROUNDS; i++) {
      installation.kill(Installation.AGENT);
      Instant seen = Instant.now();
      Pod agent = installation.pods(Installation.AGENT).get(0);
      Instant started =
          Instant.parse(
              agent
                  .getStatus()
                  .getContainerStatuses()
                  .get(0)
                  .getState()
                  .getRunning()
                  .getStartedAt());
      seconds.add(Duration.between(started, seen).toMillis() / 1e3);
    }
    return Row.atMost(
        "from the agent's container's start to its pod seen ready",
        Samples.median(seconds),
        4,
        " s");
  }

  /** The program calls all the time, so the first event tells that the probe is attached. */
  private Row fromApply(Workspace workspace, FollowedLog log) throws InterruptedException {
    List<Double> seconds = new ArrayList<>();
    for (int i = 0; i < rounds; i++) {
      String name = "apply-" + i;
      long start = System.nanoTime();
      Workspace.Trace trace = workspace.trace(TRACE.formatted(name, "ticker"));
      long seen = log.await(event -> event.trace().equals(name)).nanos();
      seconds.add((seen - start) / 1e9);
      trace.delete();
    }
    return Row.atMost("from apply to the first event in the log", Samples.median(seconds), 1, " s");
  }

  /** The program says with each call how long it runs already. */
  private Row fromContainerStart(Workspace workspace, FollowedLog log) throws InterruptedException {
    List<Double> milliseconds = new ArrayList<>();
    workspace.trace(TRACE.formatted("fresh", "fresh"));
    for (int i = 0; i < rounds; i++) {
      workspace.run("fresh", 1, "/targets/ticker");
      String pod = workspace.pods("fresh").get(0).getMetadata().getName();
      milliseconds.add(
          log.await(event -> event.pod().equals(pod))
              .event()
              .args()
              .path("milliseconds")
              .asDouble());
      workspace.scale("fresh", 0);
      Await.until("fresh is gone", () -> workspace.pods("fresh"), List::isEmpty);
    }
    return Row.atMost(
        "from a container's start to its first traced call",
        Samples.median(milliseconds),
        500,
        " ms");
  }

  /** Ten traces are attached; the program that they trace never calls the function. */
  private List<Row> atRest(Installation installation, Workspace workspace, Pod agent)
      throws InterruptedException {
    workspace.run("rest", 1, "/targets/shop", "acme");
    for (int i = 0; i < TRACES; i++) {
      workspace
          .trace(TRACE.formatted("rest-" + i, "rest").replace("symbol: tick", "symbol: main"))
          .awaitAttached(1);
    }
    KubernetesClient client = installation.client();
    Pod operator = installation.pods(Installation.OPERATOR).get(0);
    // The kubelet looks every ten to fifteen seconds.
    Thread.sleep(LOOK_MILLIS);
    ContainerUsage before = ContainerUsage.of(client, agent);
    Thread.sleep(2 * LOOK_MILLIS);
    ContainerUsage after = ContainerUsage.of(client, agent);
    return List.of(
        Row.atMost(
            "agent's memory with ten traces (working set)",
            after.workingSetMegabytes(),
            128,
            " MiB"),
        Row.atMost(
            "agent's CPU when nothing fires, of a core", after.cpuPercentSince(before), 1, " %"),
        Row.atMost(
            "operator's memory (working set)",
            ContainerUsage.of(client, operator).workingSetMegabytes(),
            192,
            " MiB"));
  }
}
