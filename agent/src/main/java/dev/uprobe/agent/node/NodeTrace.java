package dev.uprobe.agent.node;

import dev.uprobe.agent.container.Container;
import dev.uprobe.agent.container.ContainerId;
import dev.uprobe.agent.kernel.Handle;
import dev.uprobe.agent.kernel.KernelException;
import dev.uprobe.compile.InvalidTraceException;
import dev.uprobe.compile.Problem;
import dev.uprobe.compile.TraceCompiler;
import dev.uprobe.plan.ClusterPlan;
import dev.uprobe.plan.ProbePlan;
import dev.uprobe.v1alpha1.ProbeReport;
import dev.uprobe.v1alpha1.ProbeSpec;
import dev.uprobe.v1alpha1.UprobeAttachment;
import dev.uprobe.v1alpha1.UprobeAttachmentStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One attachment on this node: its probes, and the containers that they are in. Used by one thread.
 */
final class NodeTrace implements Handle {
  private static final Duration RETRY_AFTER_REFUSAL = Duration.ofSeconds(2);
  private static final String HOST_UNSUPPORTED =
      "this agent traces pods only; give target.podSelector instead of target.host";

  private final NodeTools tools;
  private final RecentEvents recent;
  private final TraceProbes probes;
  private final Map<ContainerId, ContainerState> containers = new LinkedHashMap<>();
  private UprobeAttachment attachment;
  private Optional<SelectedNamespaces> namespaces = Optional.empty();

  /** Why the spec cannot be carried out. */
  private Optional<String> invalid = Optional.empty();

  /** Why the kernel does not let it be carried out now. */
  private Optional<String> refusal = Optional.empty();

  private long version;

  /**
   * Starts a trace that is attached to nothing yet. Counts and recent events carry on from what the
   * attachment's status says, which an agent before this one has written.
   */
  NodeTrace(NodeTools tools, UprobeAttachment attachment) {
    this.tools = tools;
    this.attachment = attachment;
    Optional<UprobeAttachmentStatus> status = Optional.ofNullable(attachment.getStatus());
    this.recent =
        new RecentEvents(
            recentEvents(attachment),
            status.map(UprobeAttachmentStatus::recentEvents).orElse(List.of()));
    List<ProbeReport> reported = status.map(UprobeAttachmentStatus::probes).orElse(List.of());
    this.probes =
        new TraceProbes(
            tools,
            attachment.getMetadata().getNamespace(),
            attachment.getSpec().trace().name(),
            recent,
            reported);
  }

  private static int recentEvents(UprobeAttachment attachment) {
    return Optional.ofNullable(attachment.getSpec().recentEvents()).orElse(0);
  }

  UprobeAttachment attachment() {
    return attachment;
  }

  /** Returns a number that changes with every change but those of counts and events. */
  long version() {
    return version;
  }

  /** Takes over a spec. Probes that are the same in both stay attached. */
  void change(UprobeAttachment changed) throws KernelException {
    attachment = changed;
    version++;
    recent.limit(recentEvents(changed));
    List<ProbePlan> wanted = compile();
    probes.set(wanted);
    containers.values().forEach(each -> each.attempts().keySet().retainAll(probes.loadedNames()));
  }

  private List<ProbePlan> compile() {
    try {
      ClusterPlan plan = TraceCompiler.compileForCluster(attachment.getSpec());
      invalid = plan.host().map(host -> HOST_UNSUPPORTED);
      return invalid.isEmpty() ? plan.probes() : List.of();
    } catch (InvalidTraceException e) {
      invalid =
          Optional.of(
              e.problems().stream().map(Problem::toString).collect(Collectors.joining("; ")));
      return List.of();
    }
  }

  /**
   * Selects exactly the given containers, and attaches to those that are new, or not done and due.
   *
   * @param seen processes that have mapped a file since, by their containers
   * @param now by the clock of {@link System#nanoTime}
   */
  void select(List<SelectedContainer> wanted, Map<ContainerId, Container> seen, long now) {
    if (invalid.isPresent()) {
      return;
    }
    Optional<String> before = refusal;
    try {
      SelectedNamespaces selected = namespaces();
      selected.select(
          wanted.stream()
              .flatMap(each -> each.container().mountNamespaces().stream())
              .map(Long::intValue)
              .collect(Collectors.toSet()));
      Set<String> tried = probes.load(selected.numbers(), now);
      containers.values().forEach(each -> each.attempts().keySet().removeAll(tried));
      refusal = Optional.empty();
    } catch (KernelException e) {
      refusal = Optional.of(e.getMessage());
    }
    if (!refusal.equals(before)) {
      version++;
    }
    if (refusal.isEmpty()) {
      attach(wanted, seen, now);
    }
  }

  private SelectedNamespaces namespaces() throws KernelException {
    if (namespaces.isEmpty()) {
      namespaces = Optional.of(new SelectedNamespaces(tools.environment()));
    }
    return namespaces.get();
  }

  private void attach(List<SelectedContainer> wanted, Map<ContainerId, Container> seen, long now) {
    Set<ContainerId> ids =
        wanted.stream().map(each -> each.container().id()).collect(Collectors.toSet());
    if (containers.keySet().retainAll(ids)) {
      version++;
    }
    for (SelectedContainer each : wanted) {
      ContainerId id = each.container().id();
      ContainerState state =
          containers.computeIfAbsent(id, key -> new ContainerState(id, each.origin()));
      for (String name : probes.names()) {
        Attempt last = state.attempts().get(name);
        Attempt latest =
            attempt(
                name,
                Optional.ofNullable(last),
                each.container(),
                Optional.ofNullable(seen.get(id)),
                now);
        state.attempts().put(name, latest);
        if (last == null || !last.result().equals(latest.result())) {
          version++;
        }
      }
    }
    probes.retain(ids, now);
  }

  private Attempt attempt(
      String name, Optional<Attempt> last, Container all, Optional<Container> seen, long now) {
    Optional<ContainerProbe> probe = probes.loaded(name);
    if (probe.isEmpty()) {
      return probes.refused().get(name);
    }
    if (last.isEmpty()) {
      return Attempt.first(probe.get().attach(all, now), now);
    }
    if (last.get().isDue(now)) {
      return last.get().next(probe.get().attach(all, now), now);
    }
    return seen.map(part -> last.get().with(probe.get().attach(part, now), now)).orElse(last.get());
  }

  /** Returns how long it is until another attempt is due; empty where all is done. */
  Optional<Duration> untilNext(long now) {
    if (invalid.isPresent()) {
      return Optional.empty();
    }
    if (refusal.isPresent()) {
      return Optional.of(RETRY_AFTER_REFUSAL);
    }
    return Stream.concat(
            probes.refused().values().stream(),
            containers.values().stream().flatMap(each -> each.attempts().values().stream()))
        .flatMap(each -> each.untilNext(now).stream())
        .min(Duration::compareTo);
  }

  /** Returns the status that the attachment has now. */
  UprobeAttachmentStatus status(AttachmentReport report) throws KernelException {
    long generation = attachment.getMetadata().getGeneration();
    Optional<String> failure = invalid.or(() -> refusal);
    if (failure.isEmpty()) {
      return report.of(
          generation, List.copyOf(containers.values()), probes.states(), recent.newestFirst());
    }
    List<ProbeState> states = new ArrayList<>();
    for (ProbeSpec each : attachment.getSpec().probes()) {
      states.add(
          new ProbeState(
              each.name(),
              0,
              probes.counts(each.name()),
              Optional.empty(),
              probes.aggregate(each.name())));
    }
    return report.failed(generation, states, failure.get(), recent.newestFirst());
  }

  /** Tells what the kernel keeps, where it is time to. */
  void tellAggregates(long now) throws KernelException {
    probes.tellAggregates(now);
  }

  /** Takes the probes off their functions; the counts are still told. */
  void detach() {
    probes.detach();
  }

  @Override
  public void close() {
    probes.unload();
    namespaces.ifPresent(SelectedNamespaces::close);
  }
}
