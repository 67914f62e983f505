package dev.uprobe.agent.engine.program;

import dev.uprobe.agent.sys.libc.Errno;
import dev.uprobe.agent.sys.libc.KernelException;

/**
 * This kernel attaches uprobes only for a process with CAP_SYS_ADMIN, and this one has none.
 *
 * <p>perf_event_open(2) of the uprobe PMU has asked for it since the fix of CVE-2025-38466, which
 * the series before 6.6 have too (5.10.240, 5.15.189, 6.1.146). uprobe_multi does not ask for it.
 */
public final class MissingCapabilityException extends KernelException {
  private static final long serialVersionUID = 1L;

  public MissingCapabilityException(KernelException refusal) {
    super(
        "Linux "
            + System.getProperty("os.version")
            + " attaches uprobes only for a process with CAP_SYS_ADMIN, which the agent does not"
            + " have: in a cluster, set the chart's value agent.sysAdmin to true; on a host, run it"
            + " as root",
        Errno.EACCES,
        refusal.details());
  }
}
