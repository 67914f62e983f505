package dev.uprobe.agent.engine;

import dev.uprobe.agent.containers.Container;
import dev.uprobe.agent.containers.ContainerCollection;
import dev.uprobe.agent.containers.ContainerFiles;
import dev.uprobe.agent.containers.ContainerId;
import dev.uprobe.agent.containers.SelectedContainer;
import dev.uprobe.agent.engine.program.Selection;
import dev.uprobe.agent.process.files.FoundFiles;
import dev.uprobe.agent.process.files.TargetFile;
import dev.uprobe.agent.sys.libc.KernelException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The containers of the pods that a trace selects. Used by one thread. */
final class PodTarget implements TraceTarget {
  private final EngineContext context;
  private final EngineContext.Pods pods;
  private final TraceScope.Pods scope;
  private final MountNamespaceFilter namespaces;
  private final Map<ContainerId, ContainerState> states = new LinkedHashMap<>();
  private List<SelectedContainer> selected = List.of();

  PodTarget(EngineContext context, TraceScope.Pods scope) throws KernelException {
    this.context = context;
    this.pods = context.pods().orElseThrow();
    this.scope = scope;
    this.namespaces = new MountNamespaceFilter(context.environment());
  }

  @Override
  public Selection select() throws KernelException {
    TraceScope.PodSelection wanted = scope.selection().get();
    ContainerCollection running = pods.collection();
    selected = running.selectedBy(wanted.namespace(), wanted.target());
    // Those that are about to run are reported from their first call, and attached once they run.
    namespaces.select(
        Stream.concat(
                selected.stream(), running.expectedBy(wanted.namespace(), wanted.target()).stream())
            .flatMap(each -> each.container().mountNamespaces().stream())
            .map(Long::intValue)
            .collect(Collectors.toSet()));
    return new Selection(
        (int) ProcessHandle.current().pid(),
        OptionalInt.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(new Selection.Containers(namespaces.numbers(), context.probes().offsets())));
  }

  @Override
  public boolean attach(TraceProbes probes, MappingDelta delta, long now) {
    Set<ContainerId> ids =
        selected.stream().map(each -> each.container().id()).collect(Collectors.toSet());
    boolean changed = states.keySet().retainAll(ids);
    for (SelectedContainer each : selected) {
      ContainerState state =
          states.computeIfAbsent(each.container().id(), id -> ContainerState.of(id, each.origin()));
      for (String name : probes.names()) {
        Optional<AttachAttempt> last = Optional.ofNullable(state.attempts().get(name));
        AttachAttempt latest = attempt(probes, name, last, each.container(), delta, now);
        state.attempts().put(name, latest);
        changed |= !last.map(AttachAttempt::result).equals(Optional.of(latest.result()));
      }
    }
    probes.retain(ids, now);
    return changed;
  }

  private AttachAttempt attempt(
      TraceProbes probes,
      String name,
      Optional<AttachAttempt> last,
      Container whole,
      MappingDelta delta,
      long now) {
    Optional<ProbeFiles> probe = probes.loaded(name);
    if (probe.isEmpty()) {
      return probes.refused().get(name);
    }
    if (last.isEmpty()) {
      return AttachAttempt.first(attach(probe.get(), whole, now), now);
    }
    if (last.get().isDue(now)) {
      return last.get().next(attach(probe.get(), whole, now), now);
    }
    return delta
        .of(whole)
        .map(part -> last.get().with(attach(probe.get(), part, now), now))
        .orElse(last.get());
  }

  /** Attaches to the files that the probe names in a container, as they are now. */
  private Outcome attach(ProbeFiles probe, Container container, long now) {
    ContainerFiles files = pods.files();
    List<AttachResult> here = new ArrayList<>();
    try (FoundFiles found = files.find(probe.plan().binary(), container)) {
      for (TargetFile file : found.files()) {
        here.add(probe.attach(file, Set.of(container.id()), now));
      }
    } catch (IOException e) {
      return Outcome.failed(AttachResult.Failed.of(e));
    }
    return here.isEmpty()
        ? Outcome.waiting("no process of the container has started its program yet")
        : Outcome.of(here);
  }

  @Override
  public void retain(Set<String> probes) {
    states.values().forEach(each -> each.attempts().keySet().retainAll(probes));
  }

  @Override
  public Optional<Duration> untilNext(long now) {
    return states.values().stream()
        .flatMap(each -> each.attempts().values().stream())
        .flatMap(each -> each.untilNext(now).stream())
        .min(Duration::compareTo);
  }

  @Override
  public List<ContainerState> states() {
    return List.copyOf(states.values());
  }

  @Override
  public void close() {
    namespaces.close();
  }
}
