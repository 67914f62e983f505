package dev.uprobe.agent.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoctorTest {
  @TempDir private Path folder;

  @Test
  void readsWhatTheHostSaysAboutItself() throws IOException {
    write("proc/sys/kernel/osrelease", "5.4.0-150-generic\n");
    write("proc/sys/kernel/perf_event_paranoid", "4\n");
    write("proc/self/status", "Name:\tjava\nCapEff:\t0000004000000000\n");
    Files.createDirectories(folder.resolve("proc/self/ns"));
    Files.createSymbolicLink(folder.resolve("proc/self/ns/pid"), Path.of("pid:[4026532281]"));
    write("sys/kernel/btf/vmlinux", "BTF");
    write("sys/bus/event_source/devices/uprobe/type", "9\n");
    write("sys/kernel/security/lockdown", "none integrity [confidentiality]\n");

    Report report = examine();

    assertEquals(
        List.of(
            Verdict.FAIL,
            Verdict.OK,
            Verdict.OK,
            Verdict.WARN,
            Verdict.WARN,
            Verdict.FAIL,
            Verdict.WARN,
            Verdict.WARN),
        List.of(
            verdict(report, "kernel"),
            verdict(report, "BTF"),
            verdict(report, "uprobes"),
            verdict(report, "lockdown"),
            verdict(report, "PID namespace"),
            verdict(report, "capabilities"),
            verdict(report, "other users' processes"),
            verdict(report, "perf_event_paranoid")));
    assertFalse(report.tracingWorks());
  }

  @Test
  void makesEveryCheckWhereNothingCanBeRead() {
    Report report = examine();

    assertEquals(Verdict.WARN, verdict(report, "kernel"));
    assertEquals(Verdict.WARN, verdict(report, "BTF"));
    assertEquals(Verdict.FAIL, verdict(report, "uprobes"));
    assertTrue(report.findings().stream().anyMatch(each -> each.name().equals("self-test")));
  }

  @Test
  void triesNoSystemCallOfAnUnknownArchitecture() {
    CheckResult unsupported = CheckResult.fail("architecture", "riscv64", "Use another host.");

    List<CheckResult> findings = CapabilityProbes.runWithoutSystemCalls(unsupported);

    assertTrue(
        findings.contains(CheckResult.warn("BPF", "not tried", "Mend architecture first.")),
        findings.toString());
    assertTrue(
        findings.contains(CheckResult.warn("self-test", "not tried", "Mend architecture first.")),
        findings.toString());
  }

  private Report examine() {
    return new Doctor(folder.resolve("proc"), folder.resolve("sys")).examine();
  }

  private static Verdict verdict(Report report, String name) {
    return report.findings().stream()
        .filter(each -> each.name().equals(name))
        .findFirst()
        .orElseThrow()
        .verdict();
  }

  private void write(String path, String text) throws IOException {
    Path file = folder.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
