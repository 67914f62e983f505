package dev.uprobe.agent.engine;

import dev.uprobe.agent.process.files.TargetException;
import dev.uprobe.agent.process.procfs.Processes;
import dev.uprobe.agent.process.watch.CommWatch;
import dev.uprobe.agent.process.watch.PathWatch;
import dev.uprobe.agent.process.watch.ProcessEnd;
import dev.uprobe.agent.sys.libc.KernelException;
import dev.uprobe.agent.sys.libc.Libc;
import dev.uprobe.agent.sys.libc.Poller;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What the kernel reports of single processes of this node, and of paths to their programs.
 *
 * @param paths empty where paths of the host cannot be watched
 * @param ended is called when a process has ended that is waited for, on the poller's thread
 */
public record ProcessWatches(
    Libc libc, Poller poller, CommWatch comms, Optional<PathWatch> paths, Runnable ended) {

  /** Waits for the end of a process. */
  ProcessEnd awaitEnd(int pid) throws TargetException, KernelException {
    return new ProcessEnd(libc, new Processes(Path.of("/proc")), poller, pid, ended);
  }
}
