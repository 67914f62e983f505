package dev.uprobe.operator.rollup;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.uprobe.v1alpha1.EventCounts;
import org.junit.jupiter.api.Test;

class CountsTest {

  @Test
  void countsOfAttachmentsThatAreGoneAreCarriedOver() {
    Counts both = Counts.of(EventCounts.NONE, EventCounts.NONE, events(100));
    assertEquals(new Counts(events(100), events(0)), both);
    Counts one = next(both, 40);
    assertEquals(new Counts(events(100), events(60)), one);
    assertEquals(new Counts(events(105), events(60)), next(one, 45));
  }

  @Test
  void anAgentThatCountsAnewDoesNotTakeBack() {
    Counts before = Counts.of(EventCounts.NONE, EventCounts.NONE, events(100));
    Counts after = next(before, 0);
    assertEquals(events(100), after.events());
    assertEquals(events(103), next(after, 3).events());
  }

  @Test
  void nothingNewChangesNothing() {
    Counts counts = Counts.of(events(100), events(60), events(40));
    assertEquals(counts, next(counts, 40));
  }

  @Test
  void eachCountIsCarriedOnItsOwn() {
    assertEquals(
        new Counts(new EventCounts(5, 3, 2, 9), new EventCounts(5, 0, 1, 0)),
        Counts.of(new EventCounts(5, 1, 2, 4), EventCounts.NONE, new EventCounts(0, 3, 1, 9)));
  }

  private static Counts next(Counts before, long live) {
    return Counts.of(before.events(), before.carriedOver(), events(live));
  }

  private static EventCounts events(long total) {
    return new EventCounts(total, 0, 0, 0);
  }
}
