package dev.uprobe.e2e.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/** What outlives the end of its parts. */
@E2eTest
class OutageTest {
  private static final Duration OUTAGE = Duration.ofSeconds(30);

  @Test
  void tracingGoesOnWhileTheOperatorIsReplaced(Installation installation, Workspace workspace) {
    workspace.run("shop", 1, "/targets/shop", "acme");
    Workspace.Trace trace = workspace.trace(TracingTest.CHARGES);
    trace.awaitAttached(1);
    trace.awaitEvent();

    installation.kill(Installation.OPERATOR);

    trace.awaitEvent();
    List<Long> cents =
        trace.events().stream().map(event -> event.args().path("cents").asLong()).toList();
    assertEquals(
        cents.size() - 1, cents.get(cents.size() - 1) - cents.get(0), "no call is missing");
    workspace.scale("shop", 2);
    trace.awaitAttached(2);
  }

  @Test
  void aNewAgentAttachesAgainAndCountsOnlyGrow(Installation installation, Workspace workspace) {
    workspace.run("shop", 1, "/targets/shop", "acme");
    Workspace.Trace trace = workspace.trace(TracingTest.CHARGES);
    trace.awaitAttached(1);
    long counted = Await.until("events are counted", trace::eventsInStatus, count -> count >= 10);

    installation.kill(Installation.AGENT);

    trace.awaitEvent();
    Await.until(
        "counts grow on",
        trace::eventsInStatus,
        count -> {
          assertTrue(count >= counted, () -> count + " is less than " + counted);
          return count > counted;
        });
  }

  /** How to freeze and thaw the API server differs from cluster to cluster, so commands say it. */
  @Test
  @EnabledIfEnvironmentVariable(
      named = "E2E_FREEZE_API",
      matches = ".+",
      disabledReason =
          "needs E2E_FREEZE_API and E2E_THAW_API, shell commands that stop and continue the API"
              + " server")
  void eventsGoOnWhileTheApiServerIsFrozen(Workspace workspace) throws Exception {
    workspace.run("shop", 1, "/targets/shop", "acme");
    Workspace.Trace trace = workspace.trace(TracingTest.CHARGES);
    trace.awaitAttached(1);
    trace.awaitEvent();
    long counted = trace.eventsInStatus();

    Instant frozen = Instant.now();
    shell(System.getenv("E2E_FREEZE_API"));
    try {
      Await.until(
          OUTAGE.plusSeconds(5), "the outage is over", Instant::now, frozen.plus(OUTAGE)::isBefore);
    } finally {
      shell(System.getenv("E2E_THAW_API"));
    }

    long during =
        trace.events().stream()
            .filter(event -> event.time().isAfter(frozen))
            .filter(event -> event.time().isBefore(frozen.plus(OUTAGE)))
            .count();
    // Five calls a second; a machine under load makes a few less.
    assertTrue(during >= 100, () -> during + " events in half a minute");
    Await.until("the status catches up", trace::eventsInStatus, count -> count >= counted + during);
  }

  private static void shell(String command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder("sh", "-c", command).inheritIO().start();
    assertTrue(process.waitFor(30, TimeUnit.SECONDS) && process.exitValue() == 0, command);
  }
}
