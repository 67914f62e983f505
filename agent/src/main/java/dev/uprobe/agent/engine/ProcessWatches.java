package dev.uprobe.agent.engine;

import dev.uprobe.agent.process.files.TargetException;
import dev.uprobe.agent.process.procfs.Processes;
import dev.uprobe.agent.process.watch.CommWatch;
import dev.uprobe.agent.process.watch.ProcessEnd;
import dev.uprobe.agent.sys.libc.KernelException;
import dev.uprobe.agent.sys.libc.Libc;
import dev.uprobe.agent.sys.libc.Poller;
import java.nio.file.Path;

/**
 * What the kernel reports of single processes of this node.
 *
 * @param ended is called when a process has ended that is waited for, on the poller's thread
 */
public record ProcessWatches(Libc libc, Poller poller, CommWatch comms, Runnable ended) {

  /** Waits for the end of a process. */
  ProcessEnd awaitEnd(int pid) throws TargetException, KernelException {
    return new ProcessEnd(libc, new Processes(Path.of("/proc")), poller, pid, ended);
  }
}
