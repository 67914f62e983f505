package dev.uprobe.e2e.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.Pod;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What {@code helm upgrade} changes, and what it leaves alone. */
@E2eTest
class UpgradeTest {
  private static final String VALUE = "agent.podAnnotations.release";

  private static Set<String> annotations(Installation installation) {
    return installation.pods(Installation.AGENT).stream()
        .map(pod -> pod.getMetadata().getAnnotations().getOrDefault("release", "none"))
        .collect(Collectors.toSet());
  }

  @Test
  void anUpgradeReplacesTheAgentsAndTracesGoOn(Installation installation, Workspace workspace) {
    workspace.run("shop", 1, "/targets/shop", "acme");
    Workspace.Trace trace = workspace.trace(TracingTest.CHARGES);
    trace.awaitAttached(1);
    long counted = Await.until("events are counted", trace::eventsInStatus, count -> count >= 10);
    Pod before = installation.pods(Installation.AGENT).get(0);

    installation.upgrade(VALUE, "next");
    try {
      Await.until(
          "agents are of the new release",
          () -> annotations(installation),
          found -> found.equals(Set.of("next")));
      assertTrue(
          installation.pods(Installation.AGENT).stream()
              .noneMatch(pod -> pod.getMetadata().getUid().equals(before.getMetadata().getUid())));
      trace.awaitEvent();
      trace.awaitAttached(1);
      Await.until("counts go on", trace::eventsInStatus, count -> count > counted);
      assertEquals(1, workspace.attachments(trace).size());
    } finally {
      installation.upgrade(VALUE, "first");
    }
    Await.until(
        "agents are of the first release again",
        () -> annotations(installation),
        found -> found.equals(Set.of("first")));
    trace.awaitAttached(1);
  }
}
