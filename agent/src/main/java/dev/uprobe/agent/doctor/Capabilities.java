package dev.uprobe.agent.doctor;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The effective capabilities of a process.
 *
 * @param mask bit by number, as in linux/capability.h
 */
record Capabilities(long mask) {
  private static final Pattern EFFECTIVE =
      Pattern.compile("^CapEff:\\s*(\\p{XDigit}{1,16})$", Pattern.MULTILINE);

  private static final int DAC_READ_SEARCH = 2;
  private static final int SYS_PTRACE = 19;
  private static final int SYS_ADMIN = 21;
  private static final int PERFMON = 38;
  private static final int BPF = 39;

  /** Reads the text of {@code /proc/PID/status} (proc(5)). */
  static Optional<Capabilities> ofStatus(String status) {
    Matcher matcher = EFFECTIVE.matcher(status);
    return matcher.find()
        ? Optional.of(new Capabilities(Long.parseUnsignedLong(matcher.group(1), 16)))
        : Optional.empty();
  }

  boolean bpf() {
    return has(BPF) || sysAdmin();
  }

  boolean perfmon() {
    return has(PERFMON) || sysAdmin();
  }

  boolean sysAdmin() {
    return has(SYS_ADMIN);
  }

  boolean sysPtrace() {
    return has(SYS_PTRACE);
  }

  boolean dacReadSearch() {
    return has(DAC_READ_SEARCH);
  }

  private boolean has(int number) {
    return (mask >>> number & 1) == 1;
  }
}
