package dev.uprobe.agent.node;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ReportTimesTest {
  private static final Duration INTERVAL = Duration.ofNanos(100);
  private final ReportTimes times = new ReportTimes();

  @Test
  void countsWaitForTheInterval() {
    assertTrue(times.isDue("a", 1, INTERVAL, 0));
    assertFalse(times.isDue("a", 1, INTERVAL, 99));
    assertTrue(times.isDue("a", 1, INTERVAL, 100));
    assertFalse(times.isDue("a", 1, INTERVAL, 199));
  }

  @Test
  void changesDoNot() {
    assertTrue(times.isDue("a", 1, INTERVAL, 0));
    assertTrue(times.isDue("a", 2, INTERVAL, 1));
    assertFalse(times.isDue("a", 2, INTERVAL, 2));
  }

  @Test
  void attachmentsDoNotWaitForEachOther() {
    assertTrue(times.isDue("a", 1, INTERVAL, 0));
    assertTrue(times.isDue("b", 1, INTERVAL, 1));
    times.forget("a");
    assertTrue(times.isDue("a", 1, INTERVAL, 2));
    assertFalse(times.isDue("b", 1, INTERVAL, 2));
  }
}
