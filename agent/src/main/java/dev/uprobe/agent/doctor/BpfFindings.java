package dev.uprobe.agent.doctor;

import dev.uprobe.agent.kernel.Errno;
import dev.uprobe.agent.kernel.KernelException;
import java.util.Optional;

/** Judges what came of trying parts of libbpf and of the kernel. */
final class BpfFindings {
  static final String NATIVE_CODE = "native code";
  static final String LIBBPF = "libbpf";
  static final String PROGRAM = "BPF";
  static final String RING_BUFFER = "ring buffer";
  static final String ATTACH_COOKIES = "attach cookies";
  static final String UPROBE_MULTI = "uprobe_multi";
  static final String PROGRAM_STARTS = "program starts";
  static final String SELF_TEST = "self-test";

  private static final String PRIVILEGES = "Run as root, or with CAP_BPF and CAP_PERFMON.";

  private BpfFindings() {}

  /** Judges whether Java could call the C library; jffi unpacks its native part first. */
  static Finding nativeCode(boolean works, String temporaryFolder) {
    return works
        ? Finding.ok(NATIVE_CODE, "can be called")
        : Finding.fail(
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
  static Finding libbpf(Optional<String> version) {
    String install = "Install it: `apt-get install libbpf1` (Debian), `dnf install libbpf`.";
    if (version.isEmpty()) {
      return Finding.fail(LIBBPF, "libbpf.so.1 cannot be loaded", install);
    }
    boolean known = Version.parse(version.get()).filter(each -> each.isAtLeast(1, 0)).isPresent();
    return known
        ? Finding.ok(LIBBPF, version.get())
        : Finding.fail(LIBBPF, version.get() + ", which is older than 1.0", install);
  }

  /**
   * Judges how the kernel took an empty program.
   *
   * @param refusal empty where it was loaded
   */
  static Finding program(Optional<KernelException> refusal, Capabilities held) {
    if (refusal.isEmpty()) {
      return Finding.ok(PROGRAM, "a program loads");
    }
    int errno = refusal.get().errno();
    String found = "no program loads: " + Errno.describe(errno);
    return switch (errno) {
      case Errno.EPERM, Errno.EACCES ->
          Finding.fail(
              PROGRAM,
              found,
              held.bpf() && held.perfmon()
                  ? "The capabilities are there, so a seccomp filter or a user namespace forbids"
                      + " it: run outside of them."
                  : PRIVILEGES);
      case Errno.ENOSYS ->
          Finding.fail(PROGRAM, found, "Use a kernel built with CONFIG_BPF_SYSCALL=y.");
      case Errno.EINVAL ->
          Finding.fail(PROGRAM, found, "Use a kernel built with CONFIG_BPF_EVENTS=y.");
      default -> Finding.fail(PROGRAM, found, "Look for its cause in `dmesg`.");
    };
  }

  static Finding ringBuffer(boolean works) {
    return works
        ? Finding.ok(RING_BUFFER, "can be created")
        : Finding.fail(RING_BUFFER, "cannot be created", "Upgrade to Linux 5.8 or later.");
  }

  static Finding attachCookies(boolean works) {
    return works
        ? Finding.ok(ATTACH_COOKIES, "the kernel has them")
        : Finding.warn(
            ATTACH_COOKIES,
            "missing: each function has a program of its own, so probes of many take longer to attach",
            "Upgrade to Linux 5.15 or later.");
  }

  static Finding uprobeMulti(boolean works) {
    return works
        ? Finding.ok(UPROBE_MULTI, "the kernel has it")
        : Finding.warn(
            UPROBE_MULTI,
            "missing: probes of many functions take longer to attach and detach",
            "Upgrade to Linux 6.6 or later.");
  }

  /**
   * Judges how the kernel took the wish to be told of programs that start (perf_event_open(2)).
   *
   * @param refusal empty where it agreed
   */
  static Finding programStarts(Optional<KernelException> refusal) {
    if (refusal.isEmpty()) {
      return Finding.ok(PROGRAM_STARTS, "are told by perf events");
    }
    int errno = refusal.get().errno();
    String found =
        errno == 0 ? refusal.get().getMessage() : "perf_event_open: " + Errno.describe(errno);
    return switch (errno) {
      case Errno.EPERM, Errno.EACCES ->
          Finding.fail(
              PROGRAM_STARTS,
              found,
              "Run as root, or with CAP_PERFMON and kernel.perf_event_paranoid at 2 or lower.");
      case Errno.ENOSYS, Errno.ENOENT ->
          Finding.fail(PROGRAM_STARTS, found, "Use a kernel built with CONFIG_PERF_EVENTS=y.");
      default -> Finding.fail(PROGRAM_STARTS, found, "Look for its cause in `dmesg`.");
    };
  }
}
