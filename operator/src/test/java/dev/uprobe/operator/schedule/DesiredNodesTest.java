package dev.uprobe.operator.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.uprobe.api.v1alpha1.Target;
import dev.uprobe.operator.Traces;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DesiredNodesTest {
  private static final Map<String, Map<String, String>> NODES =
      Map.of("a", Map.of("zone", "1"), "b", Map.of("zone", "2"));

  @Test
  void aTraceIsWantedWhereMatchingPodsRun() {
    DesiredNodes wanted =
        wanted(
            Traces.SHOP_PODS,
            Map.of(),
            pod("shop", "a", false, "app"),
            pod("shop", "b", false, "app", "proxy"),
            pod("shop", "b", false, "app"),
            pod("other", "c", false, "app"));
    assertEquals(Map.of("a", 1, "b", 3), wanted.containers());
    assertEquals(3, wanted.matchingPods());
  }

  @Test
  void podsThatAreOverOrNowhereAreNotTraced() {
    DesiredNodes wanted =
        wanted(
            Traces.SHOP_PODS,
            Map.of(),
            pod("shop", "a", true, "app"),
            pod("shop", null, false, "app"));
    assertEquals(Map.of(), wanted.containers());
    assertEquals(1, wanted.matchingPods());
  }

  @Test
  void podsWithoutTheContainerDoNotCount() {
    Target proxies = new Target(Traces.SHOP_PODS.podSelector(), "proxy", null);
    assertEquals(
        Map.of("b", 1),
        wanted(
                proxies,
                Map.of(),
                pod("shop", "a", false, "app"),
                pod("shop", "b", false, "app", "proxy"))
            .containers());
  }

  @Test
  void aNodeSelectorLeavesOutOtherNodes() {
    assertEquals(
        Map.of("b", 1),
        wanted(
                Traces.SHOP_PODS,
                Map.of("zone", "2"),
                pod("shop", "a", false, "app"),
                pod("shop", "b", false, "app"),
                pod("shop", "unknown", false, "app"))
            .containers());
  }

  @Test
  void aTraceOfNodesIsWantedOnAllSelectedOnes() {
    assertEquals(Map.of("a", 1, "b", 1), wanted(Traces.HOST, Map.of()).containers());
    assertEquals(Map.of("a", 1), wanted(Traces.HOST, Map.of("zone", "1")).containers());
  }

  @Test
  void onNodesOfWindowsThereIsNothingToTrace() {
    Map<String, Map<String, String>> nodes =
        Map.of(
            "a", Map.of("kubernetes.io/os", "linux"), "b", Map.of("kubernetes.io/os", "windows"));
    assertEquals(
        Map.of("a", 1),
        DesiredNodes.of(Traces.spec(Traces.HOST, Map.of(), false, null), List.of(), nodes)
            .containers());
  }

  private static DesiredNodes wanted(
      Target target, Map<String, String> nodeSelector, PodView... pods) {
    return DesiredNodes.of(Traces.spec(target, nodeSelector, false, null), List.of(pods), NODES);
  }

  private static PodView pod(String app, String node, boolean isOver, String... containers) {
    return new PodView(
        "shop", Map.of("app", app), Optional.ofNullable(node), isOver, List.of(containers));
  }
}
