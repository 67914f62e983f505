package dev.uprobe.agent.node;

import dev.uprobe.agent.kernel.KernelException;
import dev.uprobe.agent.kernel.Libc;
import dev.uprobe.agent.kernel.Poller;
import dev.uprobe.agent.target.CommWatch;
import dev.uprobe.agent.target.ProcessEnd;
import dev.uprobe.agent.target.Processes;
import dev.uprobe.agent.target.TargetException;
import java.nio.file.Path;

/**
 * What the kernel reports of single processes of this node.
 *
 * @param ended is called when a process has ended that is waited for, on the poller's thread
 */
record ProcessWatches(Libc libc, Poller poller, CommWatch comms, Runnable ended) {

  /** Waits for the end of a process. */
  ProcessEnd awaitEnd(int pid) throws TargetException, KernelException {
    return new ProcessEnd(libc, new Processes(Path.of("/proc")), poller, pid, ended);
  }
}
