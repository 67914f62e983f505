package dev.uprobe.e2e.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.uprobe.api.v1alpha1.RecentEvent;
import dev.uprobe.api.v1alpha1.UprobeTrace;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a user gets who applies a trace. */
@E2eTest
class TracingTest {
  static final String CHARGES =
      """
      apiVersion: uprobe.dev/v1alpha1
      kind: UprobeTrace
      metadata: {name: charges}
      spec:
        target:
          podSelector: {matchLabels: {app: shop}}
        probes:
        - name: charge
          symbol: charge_card
          type: Call
          signature: int charge_card(const char *customer, unsigned long cents)
          message: "{customer} pays {cents}"
      """;

  @Test
  void callsAppearInTheAgentsLogAndInTheStatus(Workspace workspace) {
    workspace.run("shop", 1, "/targets/shop", "acme");

    Workspace.Trace trace = workspace.trace(CHARGES);
    trace.awaitAttached(1);
    LoggedEvent event = trace.awaitEvent();

    assertEquals("charge", event.probe());
    assertEquals("app", event.container());
    assertEquals(workspace.pods("shop").get(0).getMetadata().getName(), event.pod());
    assertEquals(workspace.pods("shop").get(0).getSpec().getNodeName(), event.node());
    assertEquals("acme pays " + event.args().path("cents"), event.message());
    UprobeTrace reported =
        Await.until(
                "the status has recent events",
                trace::get,
                t -> t.filter(x -> x.getStatus().recentEvents().size() == 10).isPresent())
            .orElseThrow();
    RecentEvent newest = reported.getStatus().recentEvents().get(0);
    assertEquals(event.pod(), newest.pod());
    assertTrue(newest.message().startsWith("acme pays "));
    assertTrue(newest.time().compareTo(reported.getStatus().recentEvents().get(9).time()) >= 0);
    assertEquals(0, reported.getStatus().events().lost());
  }

  @Test
  void everyReplicaIsTraced(Workspace workspace) {
    workspace.run("shop", 3, "/targets/shop", "acme");

    Workspace.Trace trace = workspace.trace(CHARGES);
    trace.awaitAttached(3);

    Set<String> pods =
        workspace.pods("shop").stream()
            .map(pod -> pod.getMetadata().getName())
            .collect(Collectors.toSet());
    Await.until(
        "each pod has events",
        () -> trace.events().stream().map(LoggedEvent::pod).collect(Collectors.toSet()),
        pods::equals);
  }

  /** On a busy machine the agent may come too late for one pod, not for all. */
  @Test
  void newPodsAreTracedFromTheirFirstCall(Workspace workspace) {
    workspace.run("shop", 1, "/targets/shop", "acme");
    Workspace.Trace trace = workspace.trace(CHARGES);
    trace.awaitAttached(1);

    for (int replicas = 2; replicas <= 8 && firstCalls(trace) == 0; replicas++) {
      workspace.scale("shop", replicas);
      trace.awaitAttached(replicas);
    }

    Await.until("a first call is reported", () -> firstCalls(trace), count -> count > 0);
  }

  private static long firstCalls(Workspace.Trace trace) {
    return trace.events().stream().filter(each -> each.message().equals("acme pays 1")).count();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          /targets/shop          | charge_card                                           | 1
          /targets/shop-static   | charge_card                                           | 1
          /targets/shop-stripped | charge_card                                           | 1
          /targets/cart          | _ZN4shop4Cart6chargeEPKcm                             | 2
          """)
  void everyFormOfBinaryIsTraced(String program, String symbol, int index, Workspace workspace) {
    workspace.run("shop", 1, program, "acme");

    Workspace.Trace trace =
        workspace.trace(
            """
            apiVersion: uprobe.dev/v1alpha1
            kind: UprobeTrace
            metadata: {name: charges}
            spec:
              target: {podSelector: {matchLabels: {app: shop}}}
              probes:
              - name: charge
                symbol: "%s"
                args: [{name: customer, index: %d, type: string}]
            """
                .formatted(symbol, index));
    trace.awaitAttached(1);

    assertEquals("acme", trace.awaitEvent().args().path("customer").asText());
  }

  @Test
  void functionsOfTheContainersLibcAreTraced(Workspace workspace) {
    workspace.run("shop", 1, "/targets/shop", "acme");

    Workspace.Trace trace =
        workspace.trace(
            """
            apiVersion: uprobe.dev/v1alpha1
            kind: UprobeTrace
            metadata: {name: getenv}
            spec:
              target: {podSelector: {matchLabels: {app: shop}}}
              probes:
              - {name: getenv, binary: c, symbol: getenv, type: Call, signature: char *getenv(const char *name)}
            """);
    trace.awaitAttached(1);

    assertEquals("HOME", trace.awaitEvent().args().path("name").asText());
  }

  @Test
  void conditionsAreDecidedBeforeAnythingIsReported(Workspace workspace) {
    workspace.run("shop", 1, "/targets/shop", "acme");

    Workspace.Trace trace =
        workspace.trace(CHARGES + "    where: [\"cents & 1\", \"return == 1\"]\n");
    trace.awaitAttached(1);
    trace.awaitEvent();
    trace.awaitEvent();

    assertFalse(
        trace.events().stream().anyMatch(event -> event.args().path("cents").asLong() % 2 == 0));
  }
}
