package dev.uprobe.agent.process.watch;

import java.util.ArrayList;
import java.util.List;

/** The kernel's notation of sets of CPUs, such as {@code 0-3,8}. */
final class CpuList {
  /** The most that the kernel can be built for (NR_CPUS). */
  private static final int MAX_CPUS = 8192;

  private CpuList() {}

  static List<Integer> parse(String text) {
    List<Integer> cpus = new ArrayList<>();
    for (String range : text.strip().split(",")) {
      String[] ends = range.split("-", 2);
      int first = Integer.parseInt(ends[0]);
      int last = Integer.parseInt(ends[ends.length - 1]);
      for (int cpu = first; cpu <= last && cpus.size() < MAX_CPUS; cpu++) {
        cpus.add(cpu);
      }
    }
    return cpus;
  }
}
