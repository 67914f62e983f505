package dev.uprobe.agent.trace;

import dev.uprobe.agent.attach.KernelFields;
import dev.uprobe.agent.attach.Selection;
import dev.uprobe.agent.kernel.KernelException;
import dev.uprobe.agent.libbpf.BpfEnvironment;
import dev.uprobe.agent.target.FileIdentity;
import dev.uprobe.agent.target.HostFiles;
import dev.uprobe.plan.HostFilter;
import java.io.IOException;
import java.util.Optional;

/** Turns a host's filter into what programs can decide. */
public final class HostSelection {
  private HostSelection() {}

  /**
   * Returns the selection of a filter.
   *
   * @throws TraceException when the filter's executable does not exist
   */
  static Selection of(HostFilter host, BpfEnvironment environment, HostFiles files)
      throws TraceException {
    if (host.binary().isEmpty()) {
      return of(host, Optional.empty());
    }
    try {
      FileIdentity file = files.kernelFile(host.binary().get()).identity();
      return of(host, Optional.of(new Selection.Executable(file, KernelFields.find(environment))));
    } catch (IOException e) {
      throw new TraceException("target.host.binary: " + e.getMessage() + ".");
    } catch (KernelException e) {
      throw new TraceException(e.getMessage(), e.details());
    }
  }

  /** Returns the selection of a filter whose executable is found. */
  public static Selection of(HostFilter host, Optional<Selection.Executable> executable) {
    int self = (int) ProcessHandle.current().pid();
    return new Selection(self, host.pid(), host.comm(), executable);
  }
}
