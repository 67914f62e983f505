package dev.uprobe.agent.privilege;

import java.util.ArrayList;
import java.util.List;

/**
 * What an agent gives up, or why it must not go on as it is.
 *
 * @param dropped what to give up for good; empty where there is nothing to do
 * @param obstacle why that cannot be done; empty where it can
 */
record SpareCapabilities(List<Capability> dropped, String obstacle) {

  SpareCapabilities {
    dropped = List.copyOf(dropped);
  }

  /**
   * Decides from what the process has and needs.
   *
   * @param needsSysAdmin whether the kernel attaches uprobes only with CAP_SYS_ADMIN
   */
  static SpareCapabilities of(CapabilitySets held, boolean needsSysAdmin) {
    List<Capability> spare = new ArrayList<>();
    if (held.isEffective(Capability.SYS_ADMIN) && !needsSysAdmin) {
      spare.add(Capability.SYS_ADMIN);
    }
    if (held.isEffective(Capability.SETPCAP)) {
      spare.add(Capability.SETPCAP);
    }
    if (spare.stream().anyMatch(each -> !held.isBounding(each))) {
      return new SpareCapabilities(
          List.of(), "the kernel gave them back after they were given up (" + spare + ")");
    }
    if (!spare.isEmpty() && !held.isEffective(Capability.SETPCAP)) {
      return new SpareCapabilities(
          List.of(),
          "the container has no CAP_SETPCAP; let the chart's value agent.sysAdmin add both, or"
              + " remove SYS_ADMIN from agent.capabilities");
    }
    return new SpareCapabilities(spare, "");
  }
}
