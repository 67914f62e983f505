package dev.uprobe.agent.sys.libc;

import java.util.Arrays;
import java.util.Optional;

/** A processor architecture that the agent traces on. */
public enum Architecture {
  X86_64("x86_64", "amd64", 321, 298),
  AARCH64("aarch64", "aarch64", 280, 241);

  private final String text;
  private final String javaName;
  private final int bpfSystemCall;
  private final int perfEventOpenSystemCall;

  Architecture(String text, String javaName, int bpfSystemCall, int perfEventOpenSystemCall) {
    this.text = text;
    this.javaName = javaName;
    this.bpfSystemCall = bpfSystemCall;
    this.perfEventOpenSystemCall = perfEventOpenSystemCall;
  }

  /** Returns the architecture of this host; empty where it is none of these. */
  public static Optional<Architecture> ofThisHost() {
    String name = System.getProperty("os.arch");
    return Arrays.stream(values()).filter(each -> each.javaName.equals(name)).findFirst();
  }

  /** Returns the name as uname(1) spells it. */
  public String text() {
    return text;
  }

  /** Returns the number of bpf(2) (asm/unistd.h). */
  public int bpfSystemCall() {
    return bpfSystemCall;
  }

  /** Returns the number of perf_event_open(2) (asm/unistd.h). */
  public int perfEventOpenSystemCall() {
    return perfEventOpenSystemCall;
  }
}
