package dev.uprobe.agent.doctor;

import dev.uprobe.agent.sys.libc.Errno;
import dev.uprobe.agent.sys.libc.KernelException;
import java.util.Optional;

/** Judges what came of trying parts of libbpf and of the kernel. */
final class BpfFindings {
  static final String NATIVE_CODE = "native code";
  static final String LIBBPF = "libbpf";
  static final String PROGRAM = "BPF";
  static final String RING_BUFFER = "ring buffer";
  static final String ATTACH_COOKIES = "attach cookies";
  static final String UPROBE_MULTI = "uprobe_multi";
  static final String ABSENT_MEMORY = "absent memory";
  static final String PROGRAM_STARTS = "program starts";
  static final String SELF_TEST = "self-test";

  private static final String PRIVILEGES = "Run as root, or with CAP_BPF and CAP_PERFMON.";

  private BpfFindings() {}

  /** Judges whether Java could call the C library; jffi unpacks its native part first. */
  static CheckResult nativeCode(boolean works, String temporaryFolder) {
    return works
        ? CheckResult.ok(NATIVE_CODE, "can be called")
        : CheckResult.fail(
            NATIVE_CODE,
            "jffi's native library cannot be loaded",
            "Make "
                + temporaryFolder
                + " writable and mounted without noexec, or name another folder by"
                + " JAVA_TOOL_OPTIONS=-Djava.io.tmpdir=FOLDER.");
  }

  /**
   * Judges libbpf.
   *
   * @param version as libbpf_version_string() has it; empty where libbpf.so.1 cannot be loaded
   */
  static CheckResult libbpf(Optional<String> version) {
    String install = "Install it: `apt-get install libbpf1` (Debian), `dnf install libbpf`.";
    if (version.isEmpty()) {
      return CheckResult.fail(LIBBPF, "libbpf.so.1 cannot be loaded", install);
    }
    boolean known = Version.parse(version.get()).filter(each -> each.isAtLeast(1, 0)).isPresent();
    return known
        ? CheckResult.ok(LIBBPF, version.get())
        : CheckResult.fail(LIBBPF, version.get() + ", which is older than 1.0", install);
  }

  /**
   * Judges how the kernel took an empty program.
   *
   * @param refusal empty where it was loaded
   */
  static CheckResult program(Optional<KernelException> refusal, Capabilities held) {
    if (refusal.isEmpty()) {
      return CheckResult.ok(PROGRAM, "a program loads");
    }
    int errno = refusal.get().errno();
    String found = "no program loads: " + Errno.describe(errno);
    return switch (errno) {
      case Errno.EPERM, Errno.EACCES ->
          CheckResult.fail(
              PROGRAM,
              found,
              held.bpf() && held.perfmon()
                  ? "The capabilities are there, so a seccomp filter or a user namespace forbids"
                      + " it: run outside of them."
                  : PRIVILEGES);
      case Errno.ENOSYS ->
          CheckResult.fail(PROGRAM, found, "Use a kernel built with CONFIG_BPF_SYSCALL=y.");
      case Errno.EINVAL ->
          CheckResult.fail(PROGRAM, found, "Use a kernel built with CONFIG_BPF_EVENTS=y.");
      default -> CheckResult.fail(PROGRAM, found, "Look for its cause in `dmesg`.");
    };
  }

  static CheckResult ringBuffer(boolean works) {
    return works
        ? CheckResult.ok(RING_BUFFER, "can be created")
        : CheckResult.fail(RING_BUFFER, "cannot be created", "Upgrade to Linux 5.8 or later.");
  }

  static CheckResult attachCookies(boolean works) {
    return works
        ? CheckResult.ok(ATTACH_COOKIES, "the kernel has them")
        : CheckResult.warn(
            ATTACH_COOKIES,
            "missing: each function has a program of its own, so probes of many take longer to attach",
            "Upgrade to Linux 5.15 or later.");
  }

  /** Judges whether programs may wait for memory that is not there yet (kernel 6.0). */
  static CheckResult absentMemory(boolean waits) {
    return waits
        ? CheckResult.ok(ABSENT_MEMORY, "is loaded when an event asks for it")
        : CheckResult.warn(
            ABSENT_MEMORY,
            "strings and other memory that the program has not touched yet are null",
            "Upgrade to Linux 6.0 or later.");
  }

  static CheckResult uprobeMulti(boolean works) {
    return works
        ? CheckResult.ok(UPROBE_MULTI, "the kernel has it")
        : CheckResult.warn(
            UPROBE_MULTI,
            "missing: probes of many functions take longer to attach and detach",
            "Upgrade to Linux 6.6 or later.");
  }

  /**
   * Judges how the kernel took the wish to be told of programs that start (perf_event_open(2)).
   *
   * @param refusal empty where it agreed
   */
  static CheckResult programStarts(Optional<KernelException> refusal, Capabilities held) {
    if (refusal.isEmpty()) {
      return CheckResult.ok(PROGRAM_STARTS, "are reported by perf events");
    }
    int errno = refusal.get().errno();
    String found =
        errno == 0 ? refusal.get().getMessage() : "perf_event_open: " + Errno.describe(errno);
    return switch (errno) {
      case Errno.EPERM, Errno.EACCES ->
          CheckResult.fail(
              PROGRAM_STARTS,
              found,
              held.perfmon()
                  ? "The capability is there, so run `sysctl kernel.perf_event_paranoid=2`; if that"
                      + " does not help, a seccomp filter forbids it: run outside of it."
                  : "Run as root, or with CAP_PERFMON.");
      case Errno.ENOSYS, Errno.ENOENT ->
          CheckResult.fail(PROGRAM_STARTS, found, "Use a kernel built with CONFIG_PERF_EVENTS=y.");
      default -> CheckResult.fail(PROGRAM_STARTS, found, "Look for its cause in `dmesg`.");
    };
  }
}
