package dev.uprobe.e2e.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What a trace must not see. */
@E2eTest
class IsolationTest {

  @Test
  void podsOfTheSameImageThatAreNotSelectedAreNotReported(Workspace workspace) {
    workspace.run("shop", 1, "/targets/shop", "acme").run("other", 1, "/targets/shop", "rival");

    Workspace.Trace trace = workspace.trace(TracingTest.CHARGES);
    trace.awaitAttached(1);
    trace.awaitEvent();
    trace.awaitEvent();

    assertEquals(Set.of("acme"), customers(trace));
  }

  @Test
  void podsOfOtherNamespacesAreNotReported(Installation installation, Workspace workspace) {
    try (Workspace stranger = Workspace.create(installation)) {
      workspace.run("shop", 1, "/targets/shop", "acme");
      stranger.run("shop", 1, "/targets/shop", "rival");

      Workspace.Trace trace = workspace.trace(TracingTest.CHARGES);
      trace.awaitAttached(1);
      trace.awaitEvent();
      trace.awaitEvent();

      assertEquals(Set.of("acme"), customers(trace));
    }
  }

  @Test
  void theNodesOwnProcessesAreOnlyForTheNamespacesOfTheValues(
      Installation installation, Workspace workspace) {
    String host =
        TracingTest.CHARGES.replace(
            "podSelector: {matchLabels: {app: shop}}", "host: {comm: shop}");
    workspace.run("shop", 1, "/targets/shop", "acme");

    Workspace.Trace refused = workspace.trace(host);
    refused.await("Accepted", "HostNotAllowed");
    assertTrue(refused.message("Accepted").contains("allowed host namespaces"));

    try (Workspace allowed = Workspace.create(installation, Installation.HOST_NAMESPACE)) {
      Workspace.Trace trace = allowed.trace(host);
      trace.await("Accepted", "Accepted");
    }
  }

  private static Set<String> customers(Workspace.Trace trace) {
    return trace.events().stream()
        .map(event -> event.args().path("customer").asText())
        .collect(Collectors.toSet());
  }
}
