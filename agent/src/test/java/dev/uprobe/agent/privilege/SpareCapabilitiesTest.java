package dev.uprobe.agent.privilege;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class SpareCapabilitiesTest {
  /** Of a container of the chart: BPF, PERFMON, SYS_PTRACE, DAC_READ_SEARCH, SYS_ADMIN, SETPCAP. */
  private static final CapabilitySets CHART = held("c000280104", "c000280104");

  private static CapabilitySets held(String effective, String bounding) {
    return CapabilitySets.ofStatus(
        """
        Name:\tjava
        CapInh:\t0000000000000000
        CapPrm:\t000000%1$s
        CapEff:\t000000%1$s
        CapBnd:\t000000%2$s
        CapAmb:\t0000000000000000
        NoNewPrivs:\t1
        """
            .formatted(effective, bounding));
  }

  @Test
  void whereTheKernelNeedsNoSysAdminBothAreGivenUp() {
    assertEquals(
        new SpareCapabilities(List.of(Capability.SYS_ADMIN, Capability.SETPCAP), ""),
        SpareCapabilities.of(CHART, false));
  }

  @Test
  void whereTheKernelNeedsSysAdminItIsKept() {
    assertEquals(
        new SpareCapabilities(List.of(Capability.SETPCAP), ""), SpareCapabilities.of(CHART, true));
  }

  @Test
  void whoHasNeitherHasNothingToGiveUp() {
    assertEquals(
        new SpareCapabilities(List.of(), ""),
        SpareCapabilities.of(held("c000080004", "c000080004"), false));
  }

  @Test
  void sysAdminWithoutSetpcapCannotBeGivenUp() {
    SpareCapabilities spare = SpareCapabilities.of(held("c000280004", "c000280004"), false);
    assertEquals(List.of(), spare.dropped());
    assertTrue(spare.obstacle().contains("agent.sysAdmin"), spare.obstacle());
  }

  @Test
  void aCapabilityThatCameBackIsAnObstacle() {
    SpareCapabilities spare = SpareCapabilities.of(held("c000280104", "c000080004"), false);
    assertEquals(List.of(), spare.dropped());
    assertTrue(spare.obstacle().contains("SYS_ADMIN"), spare.obstacle());
  }

  @Test
  void aStatusWithoutCapabilitiesIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> CapabilitySets.ofStatus("Name:\tjava\n"));
  }
}
