package dev.uprobe.e2e.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.uprobe.api.v1alpha1.AggregateSummary;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What one probe can do, in containers. */
@E2eTest
class ProbesTest {
  private static final String TRACE =
      """
      apiVersion: uprobe.dev/v1alpha1
      kind: UprobeTrace
      metadata: {name: probes}
      spec:
        target: {podSelector: {matchLabels: {app: shop}}}
        probes:
      """;

  private static LoggedEvent await(Workspace.Trace trace, String probe) {
    return Await.until(
            probe + " has told something",
            () -> trace.events().stream().filter(each -> each.probe().equals(probe)).toList(),
            found -> !found.isEmpty())
        .get(0);
  }

  @Test
  void typesStacksAndConditionsOnTextWorkInTheContainersFiles(Workspace workspace) {
    workspace.run("shop", 1, "/targets/shop-debug", "acme");

    Workspace.Trace trace =
        workspace.trace(
            TRACE
                + """
                  - name: auto
                    symbol: charge_card
                    type: Call
                    signature: auto
                    where: ["customer startsWith 'ac'", "comm == 'shop-debug'", "cents > 0"]
                    stack: 3
                  - {name: other, symbol: charge_card, signature: auto, where: ["customer contains 'x'"]}
                """);
    trace.awaitAttached(1);
    JsonNode event = await(trace, "auto").line();

    assertEquals("acme", event.at("/args/customer").asText());
    assertEquals(event.at("/args/cents").asLong() % 2, event.path("return").asLong());
    assertTrue(event.path("durationNanos").asLong() > 0, event::toString);
    assertTrue(event.at("/stack/0").asText().startsWith("charge_card"), event::toString);
    assertTrue(event.at("/stack/1").asText().startsWith("main"), event::toString);
    assertTrue(trace.events().stream().noneMatch(each -> each.probe().equals("other")));
  }

  @Test
  void aggregatesAreInTheLogAndTheirSumInTheStatus(Workspace workspace) {
    workspace.run("shop", 2, "/targets/shop", "acme");

    Workspace.Trace trace =
        workspace.trace(
            TRACE
                + """
                  - name: cents
                    symbol: charge_card
                    signature: int charge_card(const char *customer, unsigned long cents)
                    aggregate: {histogram: cents, by: [customer, container], intervalSeconds: 1}
                """);
    trace.awaitAttached(2);
    LoggedEvent group = await(trace, "cents");
    Pod pod =
        workspace.pods("shop").stream()
            .filter(each -> each.getMetadata().getName().equals(group.pod()))
            .findFirst()
            .orElseThrow();

    assertEquals("acme", group.line().at("/by/customer").asText());
    assertEquals(
        pod.getMetadata().getNamespace() + "/" + group.pod() + "/app",
        group.line().at("/by/container").asText());
    assertTrue(group.line().path("count").asLong() > 0);
    List<AggregateSummary> sums =
        Await.until(
            "the status has the sum of all groups",
            () -> trace.get().map(each -> each.getStatus().aggregates()).orElse(List.of()),
            found -> found.stream().anyMatch(each -> each.count() > 10));
    assertTrue(sums.get(0).p99() >= sums.get(0).p50(), sums::toString);
  }

  @Test
  void limitsSamplesAndNamesOfCppWork(Workspace workspace) {
    workspace.run("shop", 1, "/targets/cart", "acme");

    Workspace.Trace trace =
        workspace.trace(
            TRACE
                + """
                  - name: sampled
                    symbol: "shop::Cart::charge(char const*, unsigned long)"
                    type: Call
                    limit: {sampleEvery: 2}
                    args:
                    - {name: customer, index: 2, type: string}
                    - {name: cents, index: 3, type: u64}
                """);
    trace.awaitAttached(1);
    List<Long> cents =
        Await.until(
            "there are three events",
            () -> trace.events().stream().map(each -> each.args().path("cents").asLong()).toList(),
            found -> found.size() >= 3);

    assertEquals(
        List.of(2L, 2L), List.of(cents.get(1) - cents.get(0), cents.get(2) - cents.get(1)));
    assertEquals("shop::Cart::charge", trace.awaitEvent().line().path("function").asText());
    Await.until(
        "what was left out is counted",
        () -> trace.get().map(each -> each.getStatus().events().limited()).orElse(0L),
        limited -> limited > 0);
  }
}
