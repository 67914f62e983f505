package dev.uprobe.agent.doctor;

import dev.uprobe.agent.process.procfs.InitialPidNamespace;
import dev.uprobe.agent.sys.libc.Architecture;
import java.util.Optional;

/** Judges the running kernel by what it says about itself. */
final class KernelFindings {
  private static final String UPGRADE = "Upgrade to Linux 5.10 or later.";

  private KernelFindings() {}

  /** Judges the text of {@code /proc/sys/kernel/osrelease}. */
  static CheckResult release(String release) {
    String name = "kernel";
    Optional<Version> version = Version.parse(release);
    if (version.isEmpty()) {
      return CheckResult.warn(
          name, "unknown", "Check with `uname -r` that it is Linux 5.10 or later.");
    }
    if (!version.get().isAtLeast(5, 8)) {
      return CheckResult.fail(name, release + ", which has no BPF ring buffer", UPGRADE);
    }
    if (!version.get().isAtLeast(5, 10)) {
      return CheckResult.warn(name, release + ", older than what is tested", UPGRADE);
    }
    return CheckResult.ok(name, release);
  }

  /**
   * Judges the processor.
   *
   * @param text as Java names it
   */
  static CheckResult architecture(Optional<Architecture> known, String text) {
    String name = "architecture";
    return known
        .map(each -> CheckResult.ok(name, each.text()))
        .orElseGet(
            () ->
                CheckResult.fail(
                    name, text + ", which is not supported", "Use a host of x86_64 or aarch64."));
  }

  /**
   * Judges whether {@code /sys/kernel/btf/vmlinux} can be read. Only programs that look into the
   * kernel's structs need it: those that select by container or by executable.
   */
  static CheckResult btf(boolean readable) {
    String name = "BTF";
    return readable
        ? CheckResult.ok(name, "the kernel describes its types")
        : CheckResult.warn(
            name,
            "/sys/kernel/btf/vmlinux cannot be read: pods and host.binary cannot be traced, other"
                + " processes of the host can",
            "Use a kernel built with CONFIG_DEBUG_INFO_BTF=y; in a container, mount /sys.");
  }

  /** Judges whether {@code /sys/bus/event_source/devices/uprobe/type} exists. */
  static CheckResult uprobes(boolean present) {
    String name = "uprobes";
    return present
        ? CheckResult.ok(name, "the kernel has them")
        : CheckResult.fail(
            name,
            "/sys/bus/event_source/devices/uprobe/type is missing",
            "Use a kernel built with CONFIG_UPROBE_EVENTS=y; in a container, mount /sys.");
  }

  /**
   * Judges the text of {@code /sys/kernel/security/lockdown} (kernel_lockdown(7)), where brackets
   * mark the mode in force.
   */
  static CheckResult lockdown(Optional<String> modes) {
    String name = "lockdown";
    if (modes.isEmpty()) {
      return CheckResult.ok(name, "none visible");
    }
    if (modes.get().contains("[confidentiality]")) {
      return CheckResult.warn(
          name,
          "confidentiality: the kernel's own memory cannot be read: pods, host.binary and aggregates by"
              + " a string cannot be traced, the rest can",
          "Boot with lockdown=integrity, or with none.");
    }
    return CheckResult.ok(name, modes.get().contains("[integrity]") ? "integrity" : "none");
  }

  /** Judges where {@code /proc/self/ns/pid} points to. */
  static CheckResult pidNamespace(Optional<String> link) {
    String name = "PID namespace";
    String remedy = "Run with the host's: hostPID: true in a pod, --pid=host in a container.";
    if (link.isEmpty()) {
      return CheckResult.warn(name, "/proc/self/ns/pid cannot be read", "Mount /proc.");
    }
    if (!link.get().equals(InitialPidNamespace.LINK)) {
      return CheckResult.warn(
          name,
          "not the host's: only its own processes are found, and events carry the host's pids",
          remedy);
    }
    return CheckResult.ok(name, "the host's");
  }
}
