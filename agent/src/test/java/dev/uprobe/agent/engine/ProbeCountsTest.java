package dev.uprobe.agent.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.uprobe.agent.engine.program.Counters;
import dev.uprobe.api.v1alpha1.ProbeReport;
import org.junit.jupiter.api.Test;

class ProbeCountsTest {

  @Test
  void whatTheKernelCouldNotKeepIsLost() {
    assertEquals(
        new ProbeCounts(12, 4, 3, 2, 13), ProbeCounts.of(new Counters(12, 4, 3, 2, 2, 1), 10));
  }

  @Test
  void addsWhatWentBefore() {
    ProbeCounts before =
        ProbeCounts.of(new ProbeReport("work", 1, 1, 2, 3, 4, 5, null, null, null));
    assertEquals(
        new ProbeCounts(11, 22, 33, 44, 55), before.plus(new ProbeCounts(10, 20, 30, 40, 50)));
    assertEquals(before, before.plus(ProbeCounts.NONE));
  }
}
