package dev.uprobe.agent.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.uprobe.agent.sys.libc.Architecture;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KernelFindingsTest {

  @ParameterizedTest
  @CsvSource({
    "4.19.0-26-amd64,               FAIL",
    "5.7.19,                        FAIL",
    "5.8.0-63-generic,              WARN",
    "5.10.0-32-amd64,               OK",
    "6.1.0-18-amd64,                OK",
    "6.18.44,                       OK",
    "10.0,                          OK",
    "5.15.167.4-microsoft-standard, OK",
    "99999.1,                       WARN",
    "'',                            WARN",
  })
  void judgesTheKernelByItsRelease(String release, Verdict verdict) {
    assertEquals(verdict, KernelFindings.release(release).verdict());
  }

  @Test
  void saysWhatAnOldKernelLacksAndWhatToDo() {
    CheckResult old = KernelFindings.release("5.4.0-150-generic");

    assertEquals("5.4.0-150-generic, which has no BPF ring buffer", old.found());
    assertEquals(Optional.of("Upgrade to Linux 5.10 or later."), old.remedy());
  }

  @Test
  void knowsTheArchitecturesThatCanBeTraced() {
    CheckResult known = KernelFindings.architecture(Optional.of(Architecture.AARCH64), "aarch64");
    CheckResult unknown = KernelFindings.architecture(Optional.empty(), "riscv64");

    assertEquals(CheckResult.ok("architecture", "aarch64"), known);
    assertEquals(Verdict.FAIL, unknown.verdict());
    assertEquals("riscv64, which is not supported", unknown.found());
  }

  @Test
  void warnsOfWhatCannotBeTracedWithoutBtf() {
    assertEquals(Verdict.OK, KernelFindings.btf(true).verdict());
    assertEquals(Verdict.WARN, KernelFindings.btf(false).verdict());
    assertTrue(KernelFindings.btf(false).found().contains("pods and host.binary cannot be traced"));
    assertTrue(KernelFindings.btf(false).remedy().orElseThrow().contains("CONFIG_DEBUG_INFO_BTF"));
  }

  @Test
  void failsWithoutUprobes() {
    assertEquals(Verdict.OK, KernelFindings.uprobes(true).verdict());
    assertEquals(Verdict.FAIL, KernelFindings.uprobes(false).verdict());
    assertTrue(
        KernelFindings.uprobes(false).remedy().orElseThrow().contains("CONFIG_UPROBE_EVENTS"));
  }

  @ParameterizedTest
  @CsvSource({
    "[none] integrity confidentiality, OK,   none",
    "none [integrity] confidentiality, OK,   integrity",
    "none integrity [confidentiality], WARN, 'confidentiality: the kernel''s own memory cannot be read: pods, host.binary and aggregates by a string cannot be traced, the rest can'",
  })
  void warnsOnlyWhereLockdownForbidsToReadTheKernelsMemory(
      String modes, Verdict verdict, String found) {
    CheckResult finding = KernelFindings.lockdown(Optional.of(modes));

    assertEquals(verdict, finding.verdict());
    assertEquals(found, finding.found());
  }

  @Test
  void takesAKernelWithoutLockdown() {
    assertEquals(Verdict.OK, KernelFindings.lockdown(Optional.empty()).verdict());
  }

  @Test
  void warnsOfAnotherPidNamespaceThanTheHosts() {
    assertEquals(
        Verdict.OK, KernelFindings.pidNamespace(Optional.of("pid:[4026531836]")).verdict());
    CheckResult container = KernelFindings.pidNamespace(Optional.of("pid:[4026532281]"));
    assertEquals(Verdict.WARN, container.verdict());
    assertTrue(container.remedy().orElseThrow().contains("hostPID: true"));
    assertEquals(Verdict.WARN, KernelFindings.pidNamespace(Optional.empty()).verdict());
  }
}
