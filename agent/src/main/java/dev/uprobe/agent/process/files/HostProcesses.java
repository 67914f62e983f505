package dev.uprobe.agent.process.files;

import dev.uprobe.agent.process.procfs.Processes;
import dev.uprobe.agent.sys.libc.Libc;
import java.io.IOException;
import java.util.Collection;
import java.util.Optional;

/** Some processes of a host; those that have ended, or may not be looked at, are left out. */
record HostProcesses(Libc libc, Processes processes, Collection<Integer> pids)
    implements ProcessVisits {

  @Override
  public void visit(Visitor visitor) throws IOException {
    for (int pid : pids) {
      Optional<ProcessFiles> opened = open(pid);
      if (opened.isPresent()) {
        try (ProcessFiles process = opened.get()) {
          visitor.visit(pid, process, process.code());
        }
      }
    }
  }

  private Optional<ProcessFiles> open(int pid) {
    try {
      return Optional.of(ProcessFiles.open(libc, processes.folder(pid)));
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
