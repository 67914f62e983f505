package dev.uprobe.agent.host;

import dev.uprobe.agent.engine.program.Selection;
import dev.uprobe.language.plan.HostFilter;
import java.util.Optional;

/** Turns a host's filter into what programs can decide. */
public final class HostSelection {
  private HostSelection() {}

  /**
   * Returns the selection of a filter.
   *
   * @param executables what the filter's binary stands for; empty where it has none
   */
  public static Selection of(HostFilter host, Optional<Selection.Executables> executables) {
    int self = (int) ProcessHandle.current().pid();
    return new Selection(self, host.pid(), host.comm(), executables);
  }
}
