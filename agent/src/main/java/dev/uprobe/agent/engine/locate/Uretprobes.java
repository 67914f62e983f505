package dev.uprobe.agent.engine.locate;

import dev.uprobe.agent.binary.elf.Machine;
import dev.uprobe.api.v1alpha1.ReturnProbe;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Decides whether the running kernel's uretprobes may be used at all. */
final class Uretprobes {
  private static final Pattern RELEASE = Pattern.compile("(\\d+)\\.(\\d+)\\..*");

  private Uretprobes() {}

  /**
   * Returns how functions are to be seen to return, where the user leaves it open. From Linux 6.11
   * on, x86-64 returns from a uretprobe by a system call, which seccomp filters that do not know it
   * answer by killing the process; they let it pass from 6.14 on (kernel/seccomp.c), and from some
   * releases of 6.12 and 6.13.
   *
   * @param release of the kernel, as uname has it
   */
  static ReturnProbe choose(ReturnProbe asked, Machine machine, String release) {
    Matcher parts = RELEASE.matcher(release);
    boolean isFiltered =
        machine.equals(Machine.X86_64)
            && parts.matches()
            && parts.group(1).equals("6")
            && parts.group(2).matches("11|12|13");
    return asked == ReturnProbe.AUTO && isFiltered ? ReturnProbe.INSTRUCTIONS : asked;
  }
}
