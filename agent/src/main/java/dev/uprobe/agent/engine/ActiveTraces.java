package dev.uprobe.agent.engine;

import dev.uprobe.agent.containers.Container;
import dev.uprobe.agent.containers.ContainerCollection;
import dev.uprobe.agent.containers.ContainerId;
import dev.uprobe.agent.process.watch.MappingWatch.NewMapping;
import dev.uprobe.agent.sys.libc.Handle;
import dev.uprobe.agent.sys.libc.KernelException;
import dev.uprobe.language.plan.HostFilter;
import dev.uprobe.language.text.Sentence;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * All traces of an engine. Brings what is attached in line with what is to be traced, whichever of
 * the two has changed. Used by one thread.
 */
public final class ActiveTraces implements Handle {
  private final EngineContext context;
  private final List<ActiveTrace> traces = new ArrayList<>();

  public ActiveTraces(EngineContext context) {
    this.context = context;
  }

  public EngineContext context() {
    return context;
  }

  public List<ActiveTrace> all() {
    return List.copyOf(traces);
  }

  /** Adds traces, or takes over that they have changed, and attaches their probes. */
  public void put(List<ActiveTrace> changed) {
    changed.stream().filter(each -> !traces.contains(each)).forEach(traces::add);
    // Before files are looked for, so that none that is replaced meanwhile is overlooked.
    watch();
    containersChanged();
  }

  /** Takes a trace's probes out of the kernel for good. */
  public void remove(ActiveTrace trace) {
    if (traces.remove(trace)) {
      trace.close();
      watch();
    }
  }

  /** Only the names of threads and the paths that traces go by are watched. */
  private void watch() {
    context.processes().paths().ifPresent(each -> each.watch(paths()));
    try {
      context
          .processes()
          .comms()
          .watch(
              traces.stream()
                  .flatMap(each -> each.host().flatMap(HostFilter::comm).stream())
                  .collect(Collectors.toSet()));
    } catch (KernelException e) {
      context.diagnostics().warn(e.getMessage());
    }
  }

  /** Attaches to what processes have mapped. */
  void follow(Set<NewMapping> mappings) {
    follow(mappings.stream().map(NewMapping::pid).collect(Collectors.toSet()), mappings);
  }

  /** Attaches to all that some processes have mapped. */
  public void lookAt(Set<Integer> pids) {
    follow(pids, Set.of());
  }

  private void follow(Set<Integer> pids, Set<NewMapping> mappings) {
    if (!traces.isEmpty()) {
      selectAll(
          new MappingDelta(
              false, mappings.isEmpty() ? pids : Set.of(), mappings, containersOf(pids)));
    }
  }

  private Map<ContainerId, Container> containersOf(Set<Integer> pids) {
    Map<ContainerId, Container> found = new HashMap<>();
    if (traces.stream().anyMatch(ActiveTrace::isOfPods)) {
      try {
        for (int pid : pids) {
          containers()
              .look(pid)
              .ifPresent(each -> found.merge(each.id(), each, ContainerCollection::together));
        }
      } catch (IOException e) {
        context.diagnostics().warn(unlisted(e));
      }
    }
    return found;
  }

  /** Selects containers of which some of these are the first processes, and run no program yet. */
  public void onContainerCreating(Set<Integer> pids) {
    if (traces.stream().noneMatch(ActiveTrace::isOfPods)) {
      return;
    }
    boolean isNew = false;
    try {
      for (int pid : pids) {
        isNew |= containers().expect(pid);
      }
    } catch (IOException e) {
      context.diagnostics().warn(unlisted(e));
    }
    if (isNew) {
      selectAll(MappingDelta.NOTHING);
    }
  }

  /** Returns whether there is nothing to trace. */
  public boolean isEmpty() {
    return traces.isEmpty();
  }

  /** Looks for processes and containers that are new or gone, and makes attempts that are due. */
  public void refresh() {
    if (!traces.isEmpty()) {
      containersChanged();
      forgetEndedCalls();
    }
  }

  /** Lists the node's containers, and selects among them. */
  public void containersChanged() {
    if (!traces.isEmpty()) {
      listContainers();
      selectAll(MappingDelta.NOTHING);
    }
  }

  /** Selects among the containers that are known: pods are gone. */
  public void podsRemoved() {
    selectAll(MappingDelta.NOTHING);
  }

  /** Makes room for other calls where threads have ended within theirs. */
  private void forgetEndedCalls() {
    try {
      context.probes().forgetEndedCalls();
    } catch (KernelException e) {
      context.diagnostics().warn(e.getMessage());
    }
  }

  /** Looks at all processes as if each had just mapped what it has. */
  public void rescan() {
    if (!traces.isEmpty()) {
      listContainers();
      selectAll(MappingDelta.EVERYTHING);
    }
  }

  /** Attaches anew to files whose content has changed. */
  public void filesChanged() {
    long now = System.nanoTime();
    traces.forEach(each -> each.filesChanged(now));
  }

  private void listContainers() {
    if (context.pods().isPresent()) {
      try {
        containers().refresh();
      } catch (IOException e) {
        context.diagnostics().warn(unlisted(e));
      }
    }
  }

  private ContainerCollection containers() {
    return context.pods().orElseThrow().collection();
  }

  private static String unlisted(IOException e) {
    return "The processes of this node cannot be listed: " + Sentence.reason(e) + ".";
  }

  private void selectAll(MappingDelta delta) {
    long now = System.nanoTime();
    traces.forEach(each -> each.select(delta, now));
  }

  /** Returns the paths at which new versions of programs may appear. */
  private Set<String> paths() {
    Set<String> paths = new HashSet<>();
    traces.forEach(each -> each.paths().forEach(paths::add));
    return paths;
  }

  /**
   * Returns how long it is until {@link #refresh} has an attempt to make; empty where all is done.
   */
  public Optional<Duration> untilNext() {
    long now = System.nanoTime();
    return traces.stream().flatMap(each -> each.untilNext(now).stream()).min(Duration::compareTo);
  }

  /** Hands over the aggregates that are due. */
  public void emitAggregates() throws KernelException {
    long now = System.nanoTime();
    for (ActiveTrace each : traces) {
      each.emitAggregates(now);
    }
  }

  /** Takes all probes off their functions; what they counted can still be read. */
  public void detach() {
    // All at once: the kernel lets go of many in the time of one.
    context.probes().detach();
    traces.forEach(ActiveTrace::emitLastAggregates);
  }

  @Override
  public void close() {
    traces.forEach(ActiveTrace::close);
    traces.clear();
  }
}
