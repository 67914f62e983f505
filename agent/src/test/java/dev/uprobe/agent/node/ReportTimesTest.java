package dev.uprobe.agent.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ReportTimesTest {
  private static final Duration INTERVAL = Duration.ofNanos(100);
  private final ReportTimes times = new ReportTimes();

  @Test
  void countsWaitForTheInterval() {
    assertTrue(times.isDue("a", 1, INTERVAL, 0));
    assertTrue(times.isDue("a", 1, INTERVAL, 100));
    assertFalse(times.isDue("a", 1, INTERVAL, 199));
    assertTrue(times.isDue("a", 1, INTERVAL, 200));
    assertFalse(times.isDue("a", 1, INTERVAL, 299));
  }

  @Test
  void afterAChangeOfAllAttachmentsTheirCountsSpreadOverTheInterval() {
    List<String> uids =
        IntStream.range(0, 1000)
            .mapToObj(i -> UUID.nameUUIDFromBytes(new byte[] {(byte) i, (byte) (i >> 8)}))
            .map(UUID::toString)
            .toList();
    assertEquals(1000, uids.stream().filter(uid -> times.isDue(uid, 1, INTERVAL, 0)).count());
    for (int now = 10; now <= 200; now += 10) {
      long moment = now;
      long due = uids.stream().filter(uid -> times.isDue(uid, 1, INTERVAL, moment)).count();
      assertTrue(due > 50 && due < 150, due + " at " + now);
    }
  }

  @Test
  void changesDoNot() {
    assertTrue(times.isDue("a", 1, INTERVAL, 0));
    assertTrue(times.isDue("a", 2, INTERVAL, 1));
  }

  @Test
  void attachmentsDoNotWaitForEachOther() {
    assertTrue(times.isDue("a", 1, INTERVAL, 0));
    assertTrue(times.isDue("b", 1, INTERVAL, 1));
    assertTrue(times.isDue("b", 1, INTERVAL, 101));
    times.forget("a");
    assertTrue(times.isDue("a", 1, INTERVAL, 102));
    assertFalse(times.isDue("b", 1, INTERVAL, 102));
  }
}
