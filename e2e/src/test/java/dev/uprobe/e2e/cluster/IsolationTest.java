package dev.uprobe.e2e.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

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

  private static Set<String> customers(Workspace.Trace trace) {
    return trace.events().stream()
        .map(event -> event.args().path("customer").asText())
        .collect(Collectors.toSet());
  }
}
