package dev.uprobe.agent.containers;

import dev.uprobe.agent.process.files.ProcessFiles;
import dev.uprobe.agent.process.files.ProcessVisits;
import dev.uprobe.agent.process.files.TargetException;
import dev.uprobe.agent.sys.libc.Libc;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.IntStream;

/** Opens the processes of containers, after a look that they still are what they were. */
final class ContainerMembers {
  /** Reading the mappings of a process takes a while; more processes run the same few programs. */
  private static final int MAX_PROCESSES = 1024;

  private final Libc libc;
  private final Path proc;

  ContainerMembers(Libc libc, Path proc) {
    this.libc = libc;
    this.proc = proc;
  }

  /**
   * Opens the files of the oldest process that still runs.
   *
   * @throws TargetException if there is none
   */
  ProcessFiles oldest(Container container) throws IOException {
    int[] pids =
        IntStream.concat(
                IntStream.of(container.rootPid()),
                container.pids().stream().mapToInt(Integer::intValue))
            .limit(MAX_PROCESSES)
            .toArray();
    Optional<IOException> refusal = Optional.empty();
    for (int pid : pids) {
      try {
        return open(container, pid);
      } catch (AccessDeniedException e) {
        refusal = Optional.of(e);
      } catch (IOException e) {
        // This one has ended.
        continue;
      }
    }
    String id = container.id().containerId();
    throw new TargetException(
        refusal.isEmpty()
            ? "Container " + id + " has no process any more"
            : "The files of container "
                + id
                + " cannot be reached; the agent needs CAP_SYS_PTRACE: "
                + refusal.get().getMessage());
  }

  /** Shows every process that still runs, up to {@value #MAX_PROCESSES}. */
  void visit(Container container, ProcessVisits.Visitor visitor) throws IOException {
    for (int pid : container.pids().stream().limit(MAX_PROCESSES).toList()) {
      Optional<ProcessFiles> opened = openIfAlive(container, pid);
      if (opened.isPresent()) {
        try (ProcessFiles process = opened.get()) {
          visitor.visit(pid, process, process.code());
        }
      }
    }
  }

  private Optional<ProcessFiles> openIfAlive(Container container, int pid) {
    try {
      return Optional.of(open(container, pid));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private ProcessFiles open(Container container, int pid) throws IOException {
    Path folder = proc.resolve(Integer.toString(pid));
    ProcessFiles process = ProcessFiles.open(libc, folder);
    try {
      // Another process may have got the number since, and would lead to another's files.
      if (container.mountNamespaces().contains(process.mountNamespace())) {
        return process;
      }
      throw new NoSuchFileException(folder.toString(), null, "the process has left the container");
    } catch (IOException e) {
      process.close();
      throw e;
    }
  }
}
