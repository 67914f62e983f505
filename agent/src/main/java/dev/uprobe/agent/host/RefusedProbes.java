package dev.uprobe.agent.host;

import dev.uprobe.agent.engine.Diagnostics;
import java.util.ArrayList;
import java.util.List;

/**
 * The probes of a host's traces that this kernel refuses. The others go on without them: only where
 * none is left can the traces not run.
 */
final class RefusedProbes {
  private final List<TraceException> reasons = new ArrayList<>();

  /** Adds a probe that this kernel refuses. */
  void add(TraceException reason) {
    reasons.add(reason);
  }

  /**
   * Shows which probes were refused, and why.
   *
   * @param probes how many there are in all
   * @throws TraceException the first reason, when all were refused
   */
  void warn(int probes, Diagnostics diagnostics) throws TraceException {
    if (!reasons.isEmpty() && reasons.size() == probes) {
      throw reasons.get(0);
    }
    reasons.forEach(
        each -> diagnostics.warn(each.getMessage() + " The other probes continue without it."));
  }
}
