package dev.uprobe.agent.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrivilegeFindingsTest {
  private static final Capabilities NONE = of("0000000000000000");
  private static final Capabilities ROOT = of("000001ffffffffff");
  private static final Capabilities SYS_ADMIN = of("0000000000200000");
  private static final Capabilities BPF = of("0000008000000000");
  private static final Capabilities BPF_PERFMON = of("000000c000000000");
  private static final Capabilities BPF_PERFMON_PTRACE = of("000000c000080000");

  @Test
  void readsTheEffectiveCapabilitiesOfAStatusFile() {
    String status =
        "Name:\tjava\nCapPrm:\t000001ffffffffff\nCapEff:\t000000c000080000\nCapBnd:\t00\n";

    assertEquals(Optional.of(BPF_PERFMON_PTRACE), Capabilities.ofStatus(status));
  }

  @Test
  void findsNoCapabilitiesInAnotherText() {
    assertEquals(Optional.empty(), Capabilities.ofStatus("CapEff:\tall\n"));
    assertEquals(Optional.empty(), Capabilities.ofStatus("CapEff:\t00000000000000000000ff\n"));
  }

  @Test
  void takesRootAndTheTwoCapabilitiesThatTracingNeeds() {
    assertEquals(Verdict.OK, PrivilegeFindings.capabilities(ROOT).verdict());
    assertEquals(Verdict.OK, PrivilegeFindings.capabilities(SYS_ADMIN).verdict());
    assertEquals(Verdict.OK, PrivilegeFindings.capabilities(BPF_PERFMON).verdict());
  }

  @Test
  void namesTheCapabilitiesThatAreMissing() {
    CheckResult some = PrivilegeFindings.capabilities(BPF);
    CheckResult all = PrivilegeFindings.capabilities(NONE);

    assertEquals(Verdict.FAIL, some.verdict());
    assertEquals("without CAP_PERFMON", some.found());
    assertEquals(Verdict.FAIL, all.verdict());
    assertEquals("without CAP_BPF and CAP_PERFMON", all.found());
  }

  @Test
  void warnsOfFilesThatCannotBeFoundOrOpened() {
    CheckResult blind = PrivilegeFindings.otherProcesses(BPF_PERFMON);
    CheckResult limited = PrivilegeFindings.otherProcesses(BPF_PERFMON_PTRACE);

    assertEquals(Verdict.WARN, blind.verdict());
    assertEquals(Optional.of("Run as root, or add CAP_SYS_PTRACE."), blind.remedy());
    assertEquals(Verdict.WARN, limited.verdict());
    assertEquals(Verdict.OK, PrivilegeFindings.otherProcesses(ROOT).verdict());
  }

  @ParameterizedTest
  @CsvSource({
    "-1, OK,   OK,   OK",
    "0,  OK,   OK,   OK",
    "2,  OK,   OK,   WARN",
    "3,  OK,   WARN, WARN",
    "4,  OK,   WARN, WARN",
    "x,  WARN, WARN, WARN",
  })
  void mindsPerfEventParanoidOnlyWithoutTheCapabilityThatOverrulesIt(
      String level, Verdict asRoot, Verdict withPerfmon, Verdict without) {
    Optional<String> text = Optional.of(level);

    assertEquals(asRoot, PrivilegeFindings.perfEventParanoid(text, ROOT).verdict());
    assertEquals(withPerfmon, PrivilegeFindings.perfEventParanoid(text, BPF_PERFMON).verdict());
    assertEquals(without, PrivilegeFindings.perfEventParanoid(text, NONE).verdict());
  }

  @Test
  void warnsOfAKernelWithoutPerfEvents() {
    CheckResult finding = PrivilegeFindings.perfEventParanoid(Optional.empty(), ROOT);

    assertEquals(Verdict.WARN, finding.verdict());
    assertEquals("missing", finding.found());
  }

  private static Capabilities of(String mask) {
    return new Capabilities(Long.parseUnsignedLong(mask, 16));
  }
}
