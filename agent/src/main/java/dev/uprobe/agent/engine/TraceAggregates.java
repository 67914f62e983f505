package dev.uprobe.agent.engine;

import dev.uprobe.agent.engine.link.AttachedProbe;
import dev.uprobe.agent.events.model.Aggregate;
import dev.uprobe.agent.sys.libc.KernelException;
import dev.uprobe.api.v1alpha1.ProbeReport;
import dev.uprobe.language.plan.Aggregation;
import dev.uprobe.language.plan.ProbePlan;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the kernel keeps for the probes of a trace, and what it kept before. Used by one thread. */
final class TraceAggregates {
  private final EngineContext context;
  private final Optional<String> namespace;
  private final Map<String, AggregateReader> readers = new HashMap<>();
  private final Map<String, AggregateTotal> before = new HashMap<>();

  /**
   * @param reported what an earlier agent reported, from which totals carry on
   */
  TraceAggregates(EngineContext context, Optional<String> namespace, List<ProbeReport> reported) {
    this.context = context;
    this.namespace = namespace;
    for (ProbeReport each : reported) {
      Optional.ofNullable(each.aggregate())
          .ifPresent(report -> before.put(each.name(), AggregateTotal.of(report)));
    }
  }

  /** Forgets totals of something else than the probes aggregate from now on. */
  void set(List<ProbePlan> wanted) {
    for (ProbePlan plan : wanted) {
      AggregateTotal known = before.get(plan.name());
      if (known != null
          && plan.completion().isEmpty()
          && !plan.aggregation().map(Aggregation::text).equals(Optional.of(known.of()))) {
        before.remove(plan.name());
      }
    }
  }

  /** Follows a probe that was loaded. */
  void add(AttachedProbe probe) {
    AggregateReader.of(
            probe, namespace, context.containers(), context.diagnostics(), System.nanoTime())
        .ifPresent(each -> readers.put(name(probe), each));
  }

  /** Hands over a probe's groups a last time before it is unloaded; its total stays. */
  void remove(AttachedProbe probe) throws KernelException {
    Optional<AggregateTotal> live = live(probe);
    if (live.isPresent()) {
      before.merge(name(probe), live.get(), (earlier, now) -> now.plus(earlier));
    }
    AggregateReader reader = readers.remove(name(probe));
    if (reader != null) {
      context.aggregates().accept(reader.all(System.nanoTime()));
    }
  }

  /** Hands over the groups that have changed, once an interval. */
  void emitDue(long now) throws KernelException {
    for (AggregateReader each : readers.values()) {
      List<Aggregate> changed = each.due(now);
      context.aggregates().accept(changed);
    }
  }

  /** Hands over all groups a last time. */
  void emitLast() throws KernelException {
    for (AggregateReader each : readers.values()) {
      context.aggregates().accept(each.all(System.nanoTime()));
    }
    readers.clear();
  }

  /** Returns what was kept for a probe, over all groups. */
  Optional<AggregateTotal> total(String name, Optional<AttachedProbe> loaded)
      throws KernelException {
    Optional<AggregateTotal> earlier = Optional.ofNullable(before.get(name));
    Optional<AggregateTotal> live = loaded.isPresent() ? live(loaded.get()) : Optional.empty();
    return live.map(
            now -> earlier.filter(each -> each.of().equals(now.of())).map(now::plus).orElse(now))
        .or(() -> earlier);
  }

  private static Optional<AggregateTotal> live(AttachedProbe probe) throws KernelException {
    if (probe.groups().isEmpty()) {
      return Optional.empty();
    }
    String of = probe.probe().plan().aggregation().orElseThrow().text();
    return Optional.of(new AggregateTotal(of, probe.groups().get().total()));
  }

  private static String name(AttachedProbe probe) {
    return probe.probe().plan().name();
  }
}
