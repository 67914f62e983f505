package dev.uprobe.agent.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Judges what this process may do. */
final class PrivilegeFindings {
  private PrivilegeFindings() {}

  /** Judges what is needed to load programs and to attach them (capabilities(7)). */
  static CheckResult capabilities(Capabilities held) {
    String name = "capabilities";
    List<String> missing = new ArrayList<>();
    if (!held.bpf()) {
      missing.add("CAP_BPF");
    }
    if (!held.perfmon()) {
      missing.add("CAP_PERFMON");
    }
    if (!missing.isEmpty()) {
      return CheckResult.fail(
          name,
          "without " + String.join(" and ", missing),
          "Run as root, or with CAP_BPF, CAP_PERFMON and CAP_SYS_PTRACE.");
    }
    return CheckResult.ok(name, held.sysAdmin() ? "CAP_SYS_ADMIN" : "CAP_BPF, CAP_PERFMON");
  }

  /** Judges what is needed to find the files of other users' processes (proc(5)). */
  static CheckResult otherProcesses(Capabilities held) {
    String name = "other users' processes";
    if (!held.sysPtrace()) {
      return CheckResult.warn(
          name,
          "without CAP_SYS_PTRACE their executables and libraries are not found",
          "Run as root, or add CAP_SYS_PTRACE.");
    }
    if (!held.dacReadSearch()) {
      return CheckResult.warn(
          name,
          "without CAP_DAC_READ_SEARCH files that only they may read are not opened",
          "Run as root, or add CAP_DAC_READ_SEARCH if such files are to be traced.");
    }
    return CheckResult.ok(name, "can be inspected");
  }

  /**
   * Judges the text of {@code /proc/sys/kernel/perf_event_paranoid}
   * (Documentation/admin-guide/sysctl/kernel.rst). Levels from 3 on are patches of Debian and
   * Ubuntu, some of which honour CAP_SYS_ADMIN alone.
   */
  static CheckResult perfEventParanoid(Optional<String> level, Capabilities held) {
    String name = "perf_event_paranoid";
    Optional<Integer> number = level.flatMap(PrivilegeFindings::number);
    if (number.isEmpty()) {
      return CheckResult.warn(
          name,
          level.orElse("missing"),
          "Use a kernel built with CONFIG_PERF_EVENTS=y; in a container, mount /proc.");
    }
    if (held.sysAdmin() || number.get() <= 0 || number.get() <= 2 && held.perfmon()) {
      return CheckResult.ok(name, level.get());
    }
    if (held.perfmon()) {
      return CheckResult.warn(
          name,
          level.get() + ", which may require CAP_SYS_ADMIN",
          "If attaching fails, run `sysctl kernel.perf_event_paranoid=2`, or as root.");
    }
    return CheckResult.warn(
        name, level.get() + ", which requires privileges", "Run as root, or with CAP_PERFMON.");
  }

  private static Optional<Integer> number(String text) {
    return text.matches("-?\\d{1,4}") ? Optional.of(Integer.valueOf(text)) : Optional.empty();
  }
}
