package dev.uprobe.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.uprobe.agent.engine.program.Counters;
import dev.uprobe.agent.host.ProbeSummary;
import java.util.List;
import org.junit.jupiter.api.Test;

class SummaryTableTest {

  @Test
  void showsAProbeALine() {
    String table =
        SummaryTable.of(
            List.of(
                new ProbeSummary("checkout", "charge", 2, new Counters(14, 7, 2, 4, 1, 0), 0),
                new ProbeSummary("t", "p", 1, new Counters(12_345_678_901L, 0, 0, 0, 0, 0), 0)));

    assertEquals(
        """
        PROBE            FUNCTIONS          HITS        EVENTS      FILTERED       LIMITED          LOST
        checkout/charge          2            14             7             2             4             1
        t/p                      1   12345678901             0             0             0             0
        """,
        table);
  }

  @Test
  void countsAsLostAlsoTheCallsThatFoundNoRoomInTheTableOfRunningCalls() {
    String table =
        SummaryTable.of(List.of(new ProbeSummary("t", "p", 1, new Counters(9, 4, 0, 0, 2, 3), 0)));

    assertEquals("5", table.lines().toList().get(1).strip().split(" +")[6]);
  }

  @Test
  void namesTheProbesThatLostEventsAtTheOutput() {
    List<String> lines =
        SummaryTable.of(
                List.of(
                    new ProbeSummary("t", "p", 1, new Counters(9, 9, 0, 0, 0, 0), 0),
                    new ProbeSummary("t", "q", 1, new Counters(9, 6, 0, 0, 3, 0), 4)))
            .lines()
            .toList();

    assertEquals(4, lines.size());
    assertEquals("7", lines.get(2).strip().split(" +")[6]);
    assertEquals(
        "t/q: 4 events were lost at the output, which was not read as fast as they came.",
        lines.get(3));
  }
}
