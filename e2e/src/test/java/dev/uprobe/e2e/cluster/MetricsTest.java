package dev.uprobe.e2e.cluster;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a Prometheus in the cluster would collect. */
@E2eTest
class MetricsTest {
  private static final int AGENT_PORT = 9464;

  @Test
  void anAgentTellsOfTheProbesOfItsNode(Installation installation, Workspace workspace) {
    workspace.run("shop", 1, "/targets/shop", "acme");
    Workspace.Trace trace = workspace.trace(TracingTest.CHARGES);
    trace.awaitAttached(1);
    String labels = "{namespace=\"" + workspace.name() + "\",probe=\"charge\",trace=\"charges\"}";

    double events =
        Await.until(
            "events are counted",
            () -> value(installation, "uprobe_agent_probe_events_total" + labels),
            count -> count > 0);

    Await.until("the status has counted as many", trace::eventsInStatus, count -> count >= events);
    assertTrue(value(installation, "uprobe_agent_probe_functions" + labels) >= 1);
    assertTrue(value(installation, "uprobe_agent_status_writes_total{result=\"success\"}") >= 1);
  }

  @Test
  void theOperatorTellsOfItsWork(Installation installation, Workspace workspace) {
    workspace.run("shop", 1, "/targets/shop", "acme");
    workspace.trace(TracingTest.CHARGES).awaitAttached(1);

    String operator =
        installation.pods(Installation.OPERATOR).stream()
            .map(pod -> scrape(installation.client(), pod.getMetadata().getName(), 8080))
            .reduce("", String::concat);

    assertTrue(operator.contains("uprobe_operator_reconciliations_total{result=\"success\"}"));
  }

  /** Returns the sum over all agents; 0 where none tells of it. */
  private static double value(Installation installation, String sample) {
    return installation.pods(Installation.AGENT).stream()
        .filter(Workspace::isReady)
        .map(pod -> scrape(installation.client(), pod.getMetadata().getName(), AGENT_PORT))
        .map(text -> text.lines().filter(line -> line.startsWith(sample + " ")).toList())
        .flatMap(List::stream)
        .mapToDouble(line -> Double.parseDouble(line.substring(sample.length() + 1)))
        .sum();
  }

  /** By way of the API server, which needs no shell in the image and no forwarded port. */
  private static String scrape(KubernetesClient client, String pod, int port) {
    return client.raw(
        "/api/v1/namespaces/%s/pods/%s:%d/proxy/metrics"
            .formatted(Installation.NAMESPACE, pod, port));
  }
}
