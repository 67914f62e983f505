package dev.uprobe.agent.process.watch;

import dev.uprobe.agent.process.files.TargetException;
import dev.uprobe.agent.process.procfs.Processes;
import dev.uprobe.agent.sys.libc.Errno;
import dev.uprobe.agent.sys.libc.Handle;
import dev.uprobe.agent.sys.libc.KernelException;
import dev.uprobe.agent.sys.libc.Libc;
import dev.uprobe.agent.sys.libc.Poller;
import dev.uprobe.api.v1alpha1.AttachReason;
import java.util.concurrent.atomic.AtomicBoolean;
import jnr.ffi.LastError;

/**
 * Waits for the end of one process (pidfd_open(2), Linux 5.3). A later process that gets the same
 * number is never taken for it.
 */
public final class ProcessEnd implements Handle {
  /** The same number on all architectures (asm-generic/unistd.h). */
  private static final long PIDFD_OPEN = 434;

  private final Libc libc;
  private final Poller poller;
  private final int fd;
  private final String name;
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile boolean hasEnded;

  /**
   * Waits from now on.
   *
   * @param listener is called once, on the poller's thread
   * @throws TargetException if there is no such process
   */
  public ProcessEnd(Libc libc, Processes processes, Poller poller, int pid, Runnable listener)
      throws TargetException, KernelException {
    this.libc = libc;
    this.poller = poller;
    this.fd = (int) libc.syscall(PIDFD_OPEN, pid, 0);
    if (fd < 0) {
      int errno = LastError.getLastError(libc.runtime());
      if (errno == Errno.ESRCH || !processes.exists(pid)) {
        throw new TargetException(
            AttachReason.PROCESS_NOT_FOUND,
            "There is no process " + pid + "; is it still running?");
      }
      if (errno == Errno.EINVAL || errno == Errno.ENOENT) {
        throw new TargetException(
            AttachReason.PROCESS_NOT_FOUND,
            pid + " is a thread, not a process; give the number of its process");
      }
      throw new KernelException(
          "pidfd_open of process " + pid + ": " + Errno.describe(errno) + ".", errno, "");
    }
    this.name = pid + processes.comm(pid).map(each -> " (" + each + ")").orElse("");
    poller.add(
        fd,
        () -> {
          hasEnded = true;
          poller.remove(fd);
          listener.run();
        });
  }

  public boolean hasEnded() {
    return hasEnded;
  }

  /** Returns the number and the name of the process, as {@code 1234 (nginx)}. */
  public String name() {
    return name;
  }

  @Override
  public void close() {
    if (!closed.getAndSet(true)) {
      poller.remove(fd);
      libc.close(fd);
    }
  }
}
