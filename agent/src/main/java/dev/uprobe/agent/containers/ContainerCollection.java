package dev.uprobe.agent.containers;

import dev.uprobe.agent.events.model.ContainerRef;
import dev.uprobe.api.v1alpha1.Target;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The running containers of this node's pods. Used by one thread. */
public final class ContainerCollection {
  private final ContainerProcesses processes;
  private final KnownContainers names;
  private final Map<String, NodePod> pods = new HashMap<>();
  private final Map<ContainerId, Container> running = new HashMap<>();

  /** Those whose first process has not executed its program when it was seen. */
  private final Map<ContainerId, Container> starting = new HashMap<>();

  public ContainerCollection(ContainerProcesses processes, KnownContainers names) {
    this.processes = processes;
    this.names = names;
  }

  /**
   * Takes note of a pod that is new or has changed.
   *
   * @return whether it has changed in what matters here
   */
  public boolean put(NodePod pod) {
    if (pod.equals(pods.put(pod.uid(), pod))) {
      return false;
    }
    running.values().stream()
        .filter(each -> each.id().podUid().equals(pod.uid()))
        .forEach(this::name);
    return true;
  }

  public void remove(NodePod pod) {
    pods.remove(pod.uid());
  }

  /** Looks at all processes of the node. */
  public void refresh() throws IOException {
    Map<ContainerId, Container> now = processes.all();
    running.clear();
    running.putAll(now);
    starting.clear();
    names.retain(
        running.values().stream()
            .flatMap(each -> each.mountNamespaces().stream())
            .map(Long::intValue)
            .collect(Collectors.toSet()));
    running.values().forEach(this::name);
  }

  /**
   * Looks at one process that has just mapped a file.
   *
   * @return its container, of whose processes only this one is told; empty where it is in none
   */
  public Optional<Container> look(int pid) throws IOException {
    Optional<Container> seen = processes.of(pid);
    // Only a look at all processes tells a namespace of the container's own from another's.
    if (seen.isPresent() && !isKnown(seen.get())) {
      refresh();
    }
    return seen.filter(this::isKnown)
        .map(
            each ->
                new Container(each.id(), each.mountNamespaces(), each.pids(), rootPid(each.id())));
  }

  private boolean isKnown(Container seen) {
    return has(running, seen);
  }

  private static boolean has(Map<ContainerId, Container> known, Container seen) {
    Container container = known.get(seen.id());
    return container != null && container.mountNamespaces().containsAll(seen.mountNamespaces());
  }

  /**
   * Looks at a process that may be the first of a container, before it executes its program.
   *
   * @return whether it is one that was not known
   */
  public boolean expect(int pid) throws IOException {
    Optional<Container> seen = processes.of(pid);
    if (seen.isEmpty() || isKnown(seen.get()) || has(starting, seen.get())) {
      return false;
    }
    // Only a look at all processes tells a namespace of the container's own from another's.
    Map<ContainerId, Container> now = processes.all();
    if (!has(now, seen.get())) {
      return false;
    }
    Container first = now.get(seen.get().id());
    starting.put(first.id(), first);
    name(first);
    return true;
  }

  private int rootPid(ContainerId id) {
    return running.get(id).rootPid();
  }

  /** Returns a container with the processes of both parts of it. */
  public static Container together(Container one, Container other) {
    SortedSet<Integer> pids = new TreeSet<>(one.pids());
    pids.addAll(other.pids());
    Set<Long> namespaces = new HashSet<>(one.mountNamespaces());
    namespaces.addAll(other.mountNamespaces());
    return new Container(one.id(), namespaces, pids, one.rootPid());
  }

  private void name(Container container) {
    Optional<ContainerRef> origin = origin(container);
    for (long each : container.mountNamespaces()) {
      origin.ifPresent(found -> names.put((int) each, found));
    }
  }

  private Optional<ContainerRef> origin(Container container) {
    return Optional.ofNullable(pods.get(container.id().podUid()))
        .flatMap(
            pod ->
                containerName(pod, container)
                    .map(name -> new ContainerRef(pod.namespace(), pod.name(), name)));
  }

  private Optional<String> containerName(NodePod pod, Container container) {
    return pod.containerName(container.id().containerId())
        .or(() -> pod.onlyContainer().filter(name -> !processes.isSandbox(container)));
  }

  /** Returns the running containers that a trace of a namespace selects. */
  public List<SelectedContainer> selectedBy(String namespace, Target target) {
    return selectedBy(namespace, target, running.values());
  }

  /** Returns the containers that a trace of a namespace will select once they run. */
  public List<SelectedContainer> expectedBy(String namespace, Target target) {
    return selectedBy(namespace, target, starting.values());
  }

  private List<SelectedContainer> selectedBy(
      String namespace, Target target, Collection<Container> among) {
    List<SelectedContainer> selected = new ArrayList<>();
    if (target.podSelector() == null) {
      return selected;
    }
    for (Container each : among) {
      NodePod pod = pods.get(each.id().podUid());
      if (pod != null
          && pod.namespace().equals(namespace)
          && target.podSelector().matches(pod.labels())) {
        origin(each)
            .filter(
                origin ->
                    target.container() == null || target.container().equals(origin.container()))
            .ifPresent(origin -> selected.add(new SelectedContainer(origin, each)));
      }
    }
    return selected;
  }
}
