package dev.uprobe.agent.trace;

import dev.uprobe.agent.attach.KernelFields;
import dev.uprobe.agent.attach.Selection;
import dev.uprobe.agent.kernel.KernelException;
import dev.uprobe.agent.libbpf.BpfEnvironment;
import dev.uprobe.agent.target.FileIdentity;
import dev.uprobe.agent.target.KernelFiles;
import dev.uprobe.agent.target.Processes;
import dev.uprobe.plan.HostFilter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Turns a host's filter into what programs can decide. */
final class HostSelection {
  private HostSelection() {}

  /**
   * Returns the selection of a filter.
   *
   * @throws TraceException when the filter's executable does not exist
   */
  static Selection of(HostFilter host, BpfEnvironment environment, Processes processes)
      throws TraceException {
    Optional<Selection.Executable> executable = Optional.empty();
    if (host.binary().isPresent()) {
      executable = Optional.of(executable(host.binary().get(), environment, processes));
    }
    int self = (int) ProcessHandle.current().pid();
    return new Selection(self, host.pid(), host.comm(), executable);
  }

  private static Selection.Executable executable(
      String path, BpfEnvironment environment, Processes processes) throws TraceException {
    try {
      FileIdentity file = new KernelFiles(environment.libc(), processes).of(Path.of(path));
      return new Selection.Executable(file, KernelFields.find(environment));
    } catch (IOException e) {
      throw new TraceException("target.host.binary: " + e.getMessage() + ".");
    } catch (KernelException e) {
      throw new TraceException(e.getMessage(), e.details());
    }
  }
}
