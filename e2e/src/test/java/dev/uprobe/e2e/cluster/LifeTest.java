package dev.uprobe.e2e.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A trace through all that happens to it and to its pods. */
@E2eTest
class LifeTest {

  @Test
  void aTraceWaitsForItsPods(Workspace workspace) {
    Workspace.Trace trace = workspace.trace(TracingTest.CHARGES);
    trace.awaitReason("NoMatchingPods");

    workspace.run("shop", 1, "/targets/shop", "acme");

    trace.awaitAttached(1);
    trace.awaitEvent();
  }

  @Test
  void aContainerThatRestartsIsTracedAgain(Workspace workspace) {
    // Ends after three seconds, so that the kubelet starts it again.
    workspace.run("shop", 1, "timeout", "3", "/targets/shop", "acme");
    Workspace.Trace trace = workspace.trace(TracingTest.CHARGES);
    trace.awaitEvent();
    int restarts = restarts(workspace);

    Await.until("the container is restarted", () -> restarts(workspace), now -> now > restarts);

    trace.awaitEvent();
  }

  private static int restarts(Workspace workspace) {
    return workspace
        .pods("shop")
        .get(0)
        .getStatus()
        .getContainerStatuses()
        .get(0)
        .getRestartCount();
  }

  @Test
  void newPodsAreTracedAndGoneOnesForgotten(Workspace workspace) {
    workspace.run("shop", 1, "/targets/shop", "acme");
    Workspace.Trace trace = workspace.trace(TracingTest.CHARGES);
    trace.awaitAttached(1);

    workspace.scale("shop", 3);
    trace.awaitAttached(3);
    workspace.scale("shop", 1);
    trace.awaitAttached(1);

    List<Pod> left = workspace.pods("shop");
    assertEquals(1, left.size());
    assertEquals(left.get(0).getMetadata().getName(), trace.awaitEvent().pod());
  }

  @Test
  void aChangeTakesEffect(Workspace workspace) {
    workspace.run("shop", 1, "/targets/shop", "acme");
    Workspace.Trace trace = workspace.trace(TracingTest.CHARGES);
    trace.awaitAttached(1);
    trace.awaitEvent();

    workspace.trace(
        TracingTest.CHARGES.replace("{customer} pays {cents}", "{cents} of {customer}"));
    trace.awaitAttached(1);

    Await.until(
        "events have the new message",
        () -> trace.awaitEvent().message(),
        message -> message.endsWith(" of acme"));
  }

  @Test
  void aSuspendedTraceReportsNothingAndKeepsItsCounts(Workspace workspace) {
    workspace.run("shop", 1, "/targets/shop", "acme");
    Workspace.Trace trace = workspace.trace(TracingTest.CHARGES);
    trace.awaitAttached(1);
    long counted = Await.until("events are counted", trace::eventsInStatus, count -> count > 0);

    trace.merge("{\"spec\":{\"suspend\":true}}");
    trace.awaitReason("Suspended");
    assertTrue(trace.eventsInStatus() >= counted);

    trace.merge("{\"spec\":{\"suspend\":false}}");
    trace.awaitAttached(1);
    Await.until("counts grow on", trace::eventsInStatus, count -> count > counted);
  }

  @Test
  void aTraceFinishesAtItsDeadline(Workspace workspace) {
    workspace.run("shop", 1, "/targets/shop", "acme");
    // Its agents run already when the time of the other begins.
    workspace.trace(TracingTest.CHARGES.replace("name: charges", "name: before")).awaitAttached(1);

    Workspace.Trace trace =
        workspace.trace(
            TracingTest.CHARGES.replace("spec:\n", "spec:\n  activeDeadlineSeconds: 10\n"));
    trace.awaitEvent();

    trace.awaitReason("Finished");
    assertTrue(trace.eventsInStatus() > 0);
  }

  @Test
  void deletingATraceDetachesItsProbes(Installation installation, Workspace workspace) {
    workspace.run("shop", 1, "/targets/shop", "acme");
    // Another trace keeps the agents running, so that they and not their end detach the probes.
    Workspace.Trace other =
        workspace.trace(TracingTest.CHARGES.replace("name: charges", "name: other"));
    Workspace.Trace trace = workspace.trace(TracingTest.CHARGES);
    trace.awaitEvent();

    trace.delete();
    Await.until("its attachments are gone", () -> workspace.attachments(trace), List::isEmpty);
    // Once a call is seen by the other trace alone, the probe of this one is gone.
    Await.until(
        "a call is reported by the other trace alone",
        () -> other.awaitEvent().args().path("cents").asLong(),
        cents -> trace.events().stream().noneMatch(e -> e.args().path("cents").asLong() == cents));
    other.delete();
    Await.until(
        "no agent runs without a trace",
        () -> installation.pods(Installation.AGENT),
        List::isEmpty);
  }
}
