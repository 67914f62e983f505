package dev.uprobe.agent.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.uprobe.agent.attach.Counters;
import dev.uprobe.v1alpha1.ProbeReport;
import org.junit.jupiter.api.Test;

class CountsTest {

  @Test
  void whatTheKernelCouldNotKeepIsLost() {
    assertEquals(new Counts(12, 4, 3, 2, 13), Counts.of(new Counters(12, 4, 3, 2, 2, 1), 10));
  }

  @Test
  void addsWhatWentBefore() {
    Counts before = Counts.of(new ProbeReport("work", 1, 1, 2, 3, 4, 5, null, null, null));
    assertEquals(new Counts(11, 22, 33, 44, 55), before.plus(new Counts(10, 20, 30, 40, 50)));
    assertEquals(before, before.plus(Counts.NONE));
  }
}
