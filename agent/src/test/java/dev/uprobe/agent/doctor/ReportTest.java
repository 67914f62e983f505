package dev.uprobe.agent.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReportTest {
  private static final CheckResult KERNEL = CheckResult.ok("kernel", "6.1.0");
  private static final CheckResult BTF = CheckResult.fail("BTF", "missing", "Use another kernel.");
  private static final CheckResult MULTI = CheckResult.warn("uprobe_multi", "missing", "Upgrade.");

  @Test
  void alignsFindingsAndPutsRemediesBelow() {
    Report report = new Report(List.of(KERNEL, MULTI, BTF));

    assertEquals(
        """
        ok    kernel        6.1.0
        warn  uprobe_multi  missing
                Upgrade.
        FAIL  BTF           missing
                Use another kernel.

        Tracing cannot work on this host: 1 thing to mend.
        """,
        report.text());
    assertFalse(report.tracingWorks());
  }

  @Test
  void tracingWorksInSpiteOfWarnings() {
    Report report = new Report(List.of(KERNEL, MULTI, MULTI));

    assertTrue(report.tracingWorks());
    assertTrue(report.text().endsWith("\nTracing works on this host, with 2 warnings.\n"));
  }

  @Test
  void saysSoWhereNothingIsMissing() {
    Report report = new Report(List.of(KERNEL));

    assertEquals("ok    kernel  6.1.0\n\nTracing works on this host.\n", report.text());
  }

  @Test
  void aFindingNamesARemedyExactlyWhereOneIsNeeded() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new CheckResult(Verdict.FAIL, "BTF", "missing", Optional.empty()));
    assertThrows(
        IllegalArgumentException.class,
        () -> new CheckResult(Verdict.OK, "BTF", "there", Optional.of("Nothing.")));
  }
}
