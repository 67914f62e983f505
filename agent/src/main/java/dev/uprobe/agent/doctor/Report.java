package dev.uprobe.agent.doctor;

import java.util.List;

/** All findings about a host. */
public record Report(List<CheckResult> findings) {

  public Report {
    findings = List.copyOf(findings);
  }

  /** Tells whether nothing was found that keeps tracing from working. */
  public boolean tracingWorks() {
    return count(Verdict.FAIL) == 0;
  }

  /** Returns a line a finding, its remedy below it, and one sentence at the end. */
  public String text() {
    int width = findings.stream().mapToInt(each -> each.name().length()).max().orElse(0);
    StringBuilder text = new StringBuilder();
    for (CheckResult each : findings) {
      text.append(
          String.format(
              "%-4s  %-" + width + "s  %s%n", each.verdict().text(), each.name(), each.found()));
      each.remedy().ifPresent(remedy -> text.append(String.format("        %s%n", remedy)));
    }
    return text.append(String.format("%n%s%n", conclusion())).toString();
  }

  private String conclusion() {
    long failures = count(Verdict.FAIL);
    if (failures > 0) {
      return "Tracing cannot work on this host: " + things(failures, "thing") + " to mend.";
    }
    long warnings = count(Verdict.WARN);
    return "Tracing works on this host"
        + (warnings > 0 ? ", with " + things(warnings, "warning") : "")
        + ".";
  }

  private static String things(long count, String noun) {
    return count + " " + noun + (count == 1 ? "" : "s");
  }

  private long count(Verdict verdict) {
    return findings.stream().filter(each -> each.verdict() == verdict).count();
  }
}
