package dev.uprobe.agent.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.uprobe.agent.sys.libc.Errno;
import dev.uprobe.agent.sys.libc.KernelException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BpfFindingsTest {
  private static final Capabilities NONE = new Capabilities(0);
  private static final Capabilities ALL = new Capabilities(-1);

  @ParameterizedTest
  @CsvSource({"v1.1, OK", "1.5, OK", "v2.0, OK", "v0.8, FAIL", "new, FAIL"})
  void needsLibbpfOne(String version, Verdict verdict) {
    assertEquals(verdict, BpfFindings.libbpf(Optional.of(version)).verdict());
  }

  @Test
  void saysHowToInstallLibbpf() {
    CheckResult missing = BpfFindings.libbpf(Optional.empty());

    assertEquals(Verdict.FAIL, missing.verdict());
    assertTrue(missing.remedy().orElseThrow().contains("apt-get install libbpf1"));
  }

  @Test
  void namesTheFolderThatNativeCodeIsUnpackedTo() {
    CheckResult failed = BpfFindings.nativeCode(false, "/var/tmp");

    assertEquals(Verdict.FAIL, failed.verdict());
    assertTrue(failed.remedy().orElseThrow().startsWith("Make /var/tmp writable"));
    assertEquals(Verdict.OK, BpfFindings.nativeCode(true, "/var/tmp").verdict());
  }

  @Test
  void tellsMissingPrivilegesFromASandbox() {
    CheckResult user = BpfFindings.program(refusal(Errno.EPERM), NONE);
    CheckResult sandboxed = BpfFindings.program(refusal(Errno.EPERM), ALL);

    assertEquals("no program loads: not permitted (EPERM)", user.found());
    assertEquals(Optional.of("Run as root, or with CAP_BPF and CAP_PERFMON."), user.remedy());
    assertTrue(sandboxed.remedy().orElseThrow().contains("seccomp"));
  }

  @ParameterizedTest
  @CsvSource({"38, CONFIG_BPF_SYSCALL", "22, CONFIG_BPF_EVENTS", "12, dmesg"})
  void namesWhatTheKernelWasBuiltWithout(int errno, String word) {
    CheckResult finding = BpfFindings.program(refusal(errno), ALL);

    assertEquals(Verdict.FAIL, finding.verdict());
    assertTrue(finding.remedy().orElseThrow().contains(word), finding.toString());
  }

  @Test
  void cannotDoWithoutARingBuffer() {
    assertEquals(Verdict.OK, BpfFindings.ringBuffer(true).verdict());
    assertEquals(Verdict.FAIL, BpfFindings.ringBuffer(false).verdict());
  }

  @Test
  void warnsOfWhatOlderKernelsDoWithout() {
    assertEquals(Verdict.WARN, BpfFindings.attachCookies(false).verdict());
    assertTrue(BpfFindings.attachCookies(false).remedy().orElseThrow().contains("5.15"));
    assertEquals(Verdict.WARN, BpfFindings.uprobeMulti(false).verdict());
    assertTrue(BpfFindings.uprobeMulti(false).remedy().orElseThrow().contains("6.6"));
    assertEquals(Verdict.WARN, BpfFindings.absentMemory(false).verdict());
    assertTrue(BpfFindings.absentMemory(false).remedy().orElseThrow().contains("6.0"));
    assertEquals(Verdict.OK, BpfFindings.absentMemory(true).verdict());
    assertEquals(Verdict.OK, BpfFindings.attachCookies(true).verdict());
    assertEquals(Verdict.OK, BpfFindings.uprobeMulti(true).verdict());
  }

  @ParameterizedTest
  @CsvSource({"13, CAP_PERFMON", "1, CAP_PERFMON", "38, CONFIG_PERF_EVENTS", "24, dmesg"})
  void saysWhyProgramsThatStartAreNotTold(int errno, String word) {
    CheckResult finding = BpfFindings.programStarts(refusal(errno), NONE);

    assertEquals(Verdict.FAIL, finding.verdict());
    assertTrue(finding.remedy().orElseThrow().contains(word), finding.toString());
  }

  @Test
  void doesNotAskForACapabilityThatIsThere() {
    String remedy = BpfFindings.programStarts(refusal(Errno.EACCES), ALL).remedy().orElseThrow();

    assertTrue(remedy.startsWith("The capability is there, so run `sysctl"), remedy);
  }

  @Test
  void takesAKernelThatDoesAllItIsAsked() {
    assertEquals(Verdict.OK, BpfFindings.program(Optional.empty(), ALL).verdict());
    assertEquals(Verdict.OK, BpfFindings.programStarts(Optional.empty(), ALL).verdict());
  }

  private static Optional<KernelException> refusal(int errno) {
    return Optional.of(new KernelException("It was refused.", errno, ""));
  }
}
