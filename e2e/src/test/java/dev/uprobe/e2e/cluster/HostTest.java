package dev.uprobe.e2e.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.Pod;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Traces of the nodes' own processes. */
@E2eTest
class HostTest {

  /** Creates the namespace that the values allow, once an earlier test's is gone. */
  private static Workspace allowed(Installation installation) {
    Await.until(
        "no namespace " + Installation.HOST_NAMESPACE + " is left",
        () -> installation.client().namespaces().withName(Installation.HOST_NAMESPACE).get(),
        namespace -> namespace == null);
    return Workspace.create(installation, Installation.HOST_NAMESPACE);
  }

  /** A trace of the processes of this name, on all nodes. */
  private static String charges(String name, String comm) {
    return TracingTest.CHARGES
        .replace("name: charges", "name: " + name)
        .replace("podSelector: {matchLabels: {app: shop}}", "host: {comm: " + comm + "}");
  }

  private static String onNode(String trace, String hostname) {
    return trace.replace(
        "  probes:", "  nodeSelector: {kubernetes.io/hostname: " + hostname + "}\n  probes:");
  }

  /** Runs a shop under a name of its own: pods of earlier tests may still be on the node. */
  private static Pod runShop(Workspace workspace, String comm) {
    String program = "/tmp/" + comm;
    workspace.run(
        "shop", 1, "sh", "-c", "cp /targets/shop " + program + " && exec " + program + " acme");
    return workspace.pods("shop").get(0);
  }

  private static String hostname(Installation installation, Pod pod) {
    return installation
        .client()
        .nodes()
        .withName(pod.getSpec().getNodeName())
        .get()
        .getMetadata()
        .getLabels()
        .get("kubernetes.io/hostname");
  }

  /** Events of processes outside of pods have no namespace. */
  private static List<LoggedEvent> events(Installation installation, String trace) {
    return installation.events().stream().filter(event -> event.trace().equals(trace)).toList();
  }

  @Test
  void processesOfANodeAreTracedForAnAllowedNamespaceAndForNoOther(
      Installation installation, Workspace workspace) {
    Pod pod = runShop(workspace, "permitted");
    String hostname = hostname(installation, pod);
    Workspace.Trace refused = workspace.trace(onNode(charges("refused", "permitted"), hostname));
    refused.await("Accepted", "HostNotAllowed");
    String message = refused.message("Accepted");
    assertTrue(message.contains("operator.allowedHostNamespaces"), message);

    try (Workspace allowed = allowed(installation)) {
      allowed.trace(onNode(charges("permitted", "permitted"), hostname)).awaitAttached(1);
      List<LoggedEvent> events =
          Await.until(
              "there are events", () -> events(installation, "permitted"), some -> some.size() > 1);

      assertEquals("acme", events.get(0).args().path("customer").asText());
      assertEquals(
          Set.of(pod.getSpec().getNodeName()),
          events.stream().map(LoggedEvent::node).collect(Collectors.toSet()));
      // Where the node is itself a container, as with kind, its process ids are not the kernel's.
      assertTrue(
          Set.of("", pod.getMetadata().getName()).contains(events.get(0).pod()),
          () -> events.get(0).toString());
      assertEquals(List.of(), events(installation, "refused"));
      assertEquals(List.of(), workspace.attachments(refused));
    }
  }

  @Test
  void programsThatStartLaterAreTraced(Installation installation, Workspace workspace) {
    try (Workspace allowed = allowed(installation)) {
      Workspace.Trace trace = allowed.trace(charges("later", "latecomer"));
      trace.awaitReason("Attaching");

      runShop(workspace, "latecomer");

      List<LoggedEvent> events =
          Await.until(
              "there are events", () -> events(installation, "later"), some -> !some.isEmpty());
      assertEquals("acme", events.get(0).args().path("customer").asText());
    }
  }

  @Test
  void theExampleShowsWhatProcessesOfTheNodesStart(Installation installation, Workspace workspace)
      throws Exception {
    Path examples = Path.of(System.getProperty("repository", "..")).resolve("examples");
    workspace.run("sh", 1, "sh", "-c", "while true; do /bin/true; sleep 1; done");
    try (Workspace allowed = allowed(installation)) {
      allowed
          .trace(Files.readString(examples.resolve("cluster/host.yaml")))
          .awaitReason("Attached");

      Await.until(
          "the pod's programs are seen",
          () -> events(installation, "execs"),
          some -> some.stream().anyMatch(event -> event.message().equals("sh starts /bin/true")));
    }
  }
}
