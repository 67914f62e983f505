package dev.uprobe.agent.engine;

import dev.uprobe.agent.engine.link.AttachedProbe;
import dev.uprobe.agent.engine.program.Selection;
import dev.uprobe.agent.process.files.LibraryName;
import dev.uprobe.agent.sys.libc.KernelException;
import dev.uprobe.api.v1alpha1.ProbeReport;
import dev.uprobe.language.plan.ProbePlan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The probes of an attachment: those in the kernel, and those that the kernel did not take. */
final class TraceProbes {
  private final EngineContext context;
  private final String trace;
  private final TraceListener listener;
  private final Map<String, ProbeFiles> loaded = new HashMap<>();
  private final Map<String, AttachAttempt> refused = new HashMap<>();
  private final Map<String, ProbeCounts> before = new HashMap<>();
  private final TraceAggregates aggregates;
  private List<ProbePlan> plans = List.of();
  private Optional<Selection> selection = Optional.empty();

  /**
   * Creates no probes yet.
   *
   * @param reported what an earlier agent counted, from which counts carry on
   */
  TraceProbes(
      EngineContext context,
      Optional<String> namespace,
      String trace,
      TraceListener listener,
      List<ProbeReport> reported) {
    this.context = context;
    this.trace = trace;
    this.aggregates = new TraceAggregates(context, namespace, reported);
    this.listener = listener;
    reported.forEach(each -> before.put(each.name(), ProbeCounts.of(each)));
  }

  /**
   * Removes the probes that are not as wanted; the others stay attached. New ones are loaded later.
   */
  void set(List<ProbePlan> wanted) throws KernelException {
    Set<ProbePlan> keep = new HashSet<>(wanted);
    plans = List.copyOf(wanted);
    refused.clear();
    remove(loaded.values().stream().filter(each -> !keep.contains(each.plan())).toList());
    aggregates.set(wanted);
  }

  private void remove(List<ProbeFiles> gone) throws KernelException {
    List<AttachedProbe> attached = gone.stream().map(ProbeFiles::probe).toList();
    gone.forEach(each -> loaded.remove(each.plan().name()));
    context.probes().detach(attached);
    gone.forEach(ProbeFiles::close);
    try {
      for (AttachedProbe each : attached) {
        before.merge(each.probe().plan().name(), counts(each), ProbeCounts::plus);
        aggregates.remove(each);
      }
    } finally {
      attached.forEach(each -> listener.unloaded(each.probe().number()));
      context.probes().remove(attached);
    }
  }

  /**
   * Loads the probes that are not in the kernel yet, or again after a while where it refused them.
   * Those that were loaded for another selection are replaced.
   *
   * @return the names of those that it loaded or tried to
   */
  Set<String> load(Selection wanted, long now) throws KernelException {
    if (!selection.equals(Optional.of(wanted))) {
      remove(List.copyOf(loaded.values()));
      refused.clear();
      selection = Optional.of(wanted);
    }
    Set<String> tried = new HashSet<>();
    for (ProbePlan plan : plans) {
      Optional<AttachAttempt> last = Optional.ofNullable(refused.get(plan.name()));
      if (!loaded.containsKey(plan.name()) && last.map(each -> each.isDue(now)).orElse(true)) {
        tried.add(plan.name());
        try {
          loaded.put(plan.name(), add(plan, wanted));
          refused.remove(plan.name());
        } catch (KernelException e) {
          Outcome failed = Outcome.failed(AttachResult.Failed.of(e));
          refused.put(
              plan.name(),
              last.map(each -> each.next(failed, now)).orElse(AttachAttempt.first(failed, now)));
        }
      }
    }
    return tried;
  }

  private ProbeFiles add(ProbePlan plan, Selection wanted) throws KernelException {
    if (plan.stack() > 0) {
      context.stacks().follow();
    }
    AttachedProbe probe = context.probes().add(trace, plan, wanted);
    listener.loaded(probe.probe().number());
    aggregates.add(probe);
    return new ProbeFiles(
        new FileAttacher(probe, context.sites(), context.diagnostics()),
        context.watched(),
        listener);
  }

  /** Returns the names of all probes, in the order of the spec. */
  List<String> names() {
    return plans.stream().map(ProbePlan::name).toList();
  }

  /** Returns a probe that is in the kernel. */
  Optional<ProbeFiles> loaded(String name) {
    return Optional.ofNullable(loaded.get(name));
  }

  Set<String> loadedNames() {
    return Set.copyOf(loaded.keySet());
  }

  /** Detaches from files that none of the given users has had for a while. */
  void retain(Set<?> users, long now) {
    loaded.values().forEach(each -> each.retain(users, now));
  }

  /** Returns the names of the probes that were taken off files whose content has changed. */
  Set<String> forgetChangedFiles(long now) {
    return loaded.entrySet().stream()
        .filter(each -> each.getValue().forgetChanged(now))
        .map(Map.Entry::getKey)
        .collect(Collectors.toSet());
  }

  /** Returns the attempts to load what the kernel does not take, by the names of the probes. */
  Map<String, AttachAttempt> refused() {
    return Map.copyOf(refused);
  }

  /** Returns each probe with its counts, in the order of the spec. */
  List<ProbeState> states() throws KernelException {
    List<ProbeState> states = new ArrayList<>();
    for (String name : names()) {
      Optional<AttachAttempt> refusal = Optional.ofNullable(refused.get(name));
      states.add(
          new ProbeState(
              name,
              functions(name),
              counts(name),
              refusal.map(AttachAttempt::result),
              aggregate(name)));
    }
    return states;
  }

  /** Returns how many functions a probe is attached to, over all files. */
  int functions(String name) {
    return loaded(name).map(each -> each.probe().functions()).orElse(0);
  }

  /**
   * Returns the counts of a probe over the life of its attachment, whatever became of the probe.
   */
  ProbeCounts counts(String name) throws KernelException {
    ProbeCounts earlier = before.getOrDefault(name, ProbeCounts.NONE);
    return loaded.containsKey(name) ? earlier.plus(counts(loaded.get(name).probe())) : earlier;
  }

  private static ProbeCounts counts(AttachedProbe probe) throws KernelException {
    return ProbeCounts.of(probe.counters(), probe.probe().unwritten());
  }

  /** Returns what the kernel has kept for a probe over the life of its attachment. */
  Optional<AggregateTotal> aggregate(String name) throws KernelException {
    return aggregates.total(name, loaded(name).map(ProbeFiles::probe));
  }

  /** Hands over the aggregates that are due. */
  void emitAggregates(long now) throws KernelException {
    aggregates.emitDue(now);
  }

  /** Takes all of them off their functions, and tells what was kept; counts stay. */
  void detach() {
    context.probes().detach(attached());
    emitLastAggregates();
  }

  /** Hands over what was kept, of probes that are detached. */
  void emitLastAggregates() {
    try {
      aggregates.emitLast();
    } catch (KernelException e) {
      context.diagnostics().warn(e.getMessage());
    }
  }

  /** Ends the watches of all files, after {@link #detach}. */
  void closeFiles() {
    loaded.values().forEach(ProbeFiles::close);
  }

  /** Returns the paths that probes name. */
  Stream<String> paths() {
    return plans.stream()
        .flatMap(each -> each.binary().stream())
        .filter(each -> !LibraryName.isLibrary(each));
  }

  /** Returns whether {@link #retain} would let a file go. */
  boolean hasUnused(Set<?> users, long now) {
    return loaded.values().stream().anyMatch(each -> each.hasUnused(users, now));
  }

  /** Takes all of them out of the kernel. */
  void unload() {
    detach();
    List<AttachedProbe> attached = attached();
    attached.forEach(each -> listener.unloaded(each.probe().number()));
    context.probes().remove(attached);
    closeFiles();
    loaded.clear();
  }

  private List<AttachedProbe> attached() {
    return loaded.values().stream().map(ProbeFiles::probe).toList();
  }
}
