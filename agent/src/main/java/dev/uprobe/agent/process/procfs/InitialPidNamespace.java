package dev.uprobe.agent.process.procfs;

/** The pid namespace that the kernel begins with, and by which it numbers processes for BPF. */
public final class InitialPidNamespace {
  /** PROC_PID_INIT_INO of linux/proc_ns.h. */
  public static final long INODE = 0xEFFFFFFCL;

  /** What {@code /proc/PID/ns/pid} of its processes links to. */
  public static final String LINK = "pid:[" + INODE + "]";

  private InitialPidNamespace() {}
}
