package dev.uprobe.agent.host;

import dev.uprobe.agent.engine.Diagnostics;
import dev.uprobe.agent.engine.FileProbe;
import dev.uprobe.agent.engine.SelectedExecutables;
import dev.uprobe.agent.engine.link.AttachedProbe;
import dev.uprobe.agent.engine.link.ProbeSet;
import dev.uprobe.agent.engine.locate.SiteResolver;
import dev.uprobe.agent.engine.program.Selection;
import dev.uprobe.agent.process.files.HostFiles;
import dev.uprobe.agent.process.watch.MappingWatch.NewMapping;
import dev.uprobe.agent.process.watch.WatchedFiles;
import dev.uprobe.agent.sys.libc.KernelException;
import dev.uprobe.language.plan.ProbePlan;
import dev.uprobe.language.plan.TracePlan;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One trace of a host: its probes in the kernel. Used by one thread. */
final class HostTrace {
  private final TracePlan plan;
  private final List<HostProbe> probes = new ArrayList<>();
  private final Optional<SelectedExecutables> executables;
  private int version;
  private boolean finished;

  private HostTrace(TracePlan plan, Optional<SelectedExecutables> executables) {
    this.plan = plan;
    this.executables = executables;
  }

  /**
   * Loads a trace's programs, which are attached to nothing yet.
   *
   * @param executables what the trace's target.host.binary stands for; closed by the caller
   * @param refused gets the probes that the kernel does not take
   */
  static HostTrace load(
      TracePlan plan,
      Optional<SelectedExecutables> executables,
      Selection selection,
      ProbeSet probes,
      HostFiles files,
      SiteResolver sites,
      WatchedFiles watched,
      Diagnostics notices,
      RefusedProbes refused) {
    HostTrace trace = new HostTrace(plan, executables);
    for (ProbePlan each : plan.probes()) {
      try {
        AttachedProbe probe = probes.add(plan.name(), each, selection);
        trace.probes.add(
            new HostProbe(
                new FileProbe(probe, sites, watched, notices),
                plan.host(),
                executables,
                files,
                notices));
      } catch (KernelException e) {
        refused.add(
            new TraceException("Probe " + each.name() + ": " + e.getMessage(), e.details()));
      }
    }
    return trace;
  }

  TracePlan plan() {
    return plan;
  }

  /**
   * Selects what the target's path leads to now.
   *
   * @return whether that is a new version
   */
  boolean refreshExecutables() throws IOException, KernelException {
    int before = version;
    if (executables.isPresent()) {
      version = executables.get().refresh(System.nanoTime());
    }
    return version != before;
  }

  /** Returns the probes that may still attach to something new. */
  List<HostProbe> probes() {
    return finished ? List.of() : List.copyOf(probes);
  }

  /** Returns the probes that a newly mapped file may concern. */
  List<HostProbe> concernedBy(NewMapping mapping) {
    return probes().stream().filter(each -> each.mayBelongTo(mapping)).toList();
  }

  /** Ends the watches of its files, once the trace has ended and its probes are detached. */
  void close() {
    probes.forEach(HostProbe::close);
  }

  /** Ends the trace; its probes attach to nothing any more. */
  List<AttachedProbe> finish() {
    List<AttachedProbe> attached = probes().stream().map(HostProbe::probe).toList();
    finished = true;
    return attached;
  }
}
