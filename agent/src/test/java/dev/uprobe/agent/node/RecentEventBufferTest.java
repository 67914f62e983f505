package dev.uprobe.agent.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import dev.uprobe.api.v1alpha1.RecentEvent;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecentEventBufferTest {
  private static RecentEvent event(String message) {
    return new RecentEvent("2030-01-01T00:00:00Z", "pod", "main", "probe", "comm", 1, message);
  }

  private static List<String> messages(RecentEventBuffer events) {
    return events.newestFirst().stream().map(RecentEvent::message).toList();
  }

  @Test
  void keepsTheLatest() {
    RecentEventBuffer events = new RecentEventBuffer(2, List.of());
    assertEquals(List.of(), messages(events));
    for (String each : List.of("1", "2", "3")) {
      events.add(() -> event(each));
    }
    assertEquals(List.of("3", "2"), messages(events));
  }

  @Test
  void carriesOnFromWhatWasReported() {
    RecentEventBuffer events = new RecentEventBuffer(2, List.of(event("b"), event("a")));
    assertEquals(List.of("b", "a"), messages(events));
    events.add(() -> event("c"));
    assertEquals(List.of("c", "b"), messages(events));
  }

  @Test
  void forgetsWhatALowerLimitHasNoRoomFor() {
    RecentEventBuffer events = new RecentEventBuffer(3, List.of(event("b"), event("a")));
    events.limit(1);
    assertEquals(List.of("b"), messages(events));
    events.limit(0);
    events.add(() -> fail("Nobody reads it."));
    assertEquals(List.of(), messages(events));
  }
}
