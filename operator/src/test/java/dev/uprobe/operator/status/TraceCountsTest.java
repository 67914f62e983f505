package dev.uprobe.operator.status;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.uprobe.api.v1alpha1.EventCounts;
import org.junit.jupiter.api.Test;

class TraceCountsTest {

  @Test
  void countsOfAttachmentsThatAreGoneAreCarriedOver() {
    TraceCounts both = TraceCounts.of(EventCounts.NONE, EventCounts.NONE, events(100));
    assertEquals(new TraceCounts(events(100), events(0)), both);
    TraceCounts one = next(both, 40);
    assertEquals(new TraceCounts(events(100), events(60)), one);
    assertEquals(new TraceCounts(events(105), events(60)), next(one, 45));
  }

  @Test
  void anAgentThatCountsAnewDoesNotTakeBack() {
    TraceCounts before = TraceCounts.of(EventCounts.NONE, EventCounts.NONE, events(100));
    TraceCounts after = next(before, 0);
    assertEquals(events(100), after.events());
    assertEquals(events(103), next(after, 3).events());
  }

  @Test
  void nothingNewChangesNothing() {
    TraceCounts counts = TraceCounts.of(events(100), events(60), events(40));
    assertEquals(counts, next(counts, 40));
  }

  @Test
  void eachCountIsCarriedOnItsOwn() {
    assertEquals(
        new TraceCounts(new EventCounts(5, 3, 2, 9), new EventCounts(5, 0, 1, 0)),
        TraceCounts.of(new EventCounts(5, 1, 2, 4), EventCounts.NONE, new EventCounts(0, 3, 1, 9)));
  }

  private static TraceCounts next(TraceCounts before, long live) {
    return TraceCounts.of(before.events(), before.carriedOver(), events(live));
  }

  private static EventCounts events(long total) {
    return new EventCounts(total, 0, 0, 0);
  }
}
