package dev.uprobe.agent.cli;

import dev.uprobe.agent.engine.program.Counters;
import dev.uprobe.agent.host.ProbeSummary;
import java.util.List;
import java.util.Locale;

/** The figures of all probes as a table. */
final class SummaryTable {
  private SummaryTable() {}

  static String of(List<ProbeSummary> summaries) {
    int width = "PROBE".length();
    for (ProbeSummary each : summaries) {
      width = Math.max(width, name(each).length());
    }
    String row = "%-" + width + "s  %9s  %12s  %12s  %12s  %12s  %12s%n";
    StringBuilder table =
        new StringBuilder(
            String.format(
                Locale.ROOT,
                row,
                "PROBE",
                "FUNCTIONS",
                "HITS",
                "EVENTS",
                "FILTERED",
                "LIMITED",
                "LOST"));
    for (ProbeSummary each : summaries) {
      Counters counters = each.counters();
      table.append(
          String.format(
              Locale.ROOT,
              row,
              name(each),
              each.functions(),
              counters.hits(),
              counters.events(),
              counters.filtered(),
              counters.limited(),
              counters.lost() + counters.missed() + each.unwritten()));
    }
    for (ProbeSummary each : summaries) {
      if (each.unwritten() > 0) {
        table.append(
            String.format(
                Locale.ROOT,
                "%s: %d events were lost at the output, which was not read as fast as they came.%n",
                name(each),
                each.unwritten()));
      }
    }
    return table.toString();
  }

  private static String name(ProbeSummary summary) {
    return summary.trace() + "/" + summary.probe();
  }
}
