package dev.uprobe.agent.node;

import dev.uprobe.agent.container.Container;
import dev.uprobe.agent.container.ContainerId;
import dev.uprobe.agent.container.ContainerProcesses;
import dev.uprobe.agent.event.Origin;
import dev.uprobe.v1alpha1.Target;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The running containers of this node's pods. Used by one thread. */
final class NodeContainers {
  private final ContainerProcesses processes;
  private final ContainerNames names;
  private final Map<String, NodePod> pods = new HashMap<>();
  private final Map<ContainerId, Container> running = new HashMap<>();

  NodeContainers(ContainerProcesses processes, ContainerNames names) {
    this.processes = processes;
    this.names = names;
  }

  /** Takes note of a pod that is new or has changed. */
  void put(NodePod pod) {
    pods.put(pod.uid(), pod);
  }

  void remove(NodePod pod) {
    pods.remove(pod.uid());
  }

  /** Looks at all processes of the node. */
  void refresh() throws IOException {
    running.clear();
    running.putAll(processes.all());
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
   * @return its container, as it is now; empty where it is in none
   */
  Optional<ContainerId> refresh(int pid) throws IOException {
    Optional<Container> container = processes.of(pid);
    if (container.isEmpty()) {
      return Optional.empty();
    }
    Container known = running.get(container.get().id());
    // Only a look at all processes tells a namespace of the container's own from another's.
    if (known == null || !known.mountNamespaces().containsAll(container.get().mountNamespaces())) {
      refresh();
    } else {
      running.put(known.id(), with(known, pid));
    }
    return container.map(Container::id).filter(running::containsKey);
  }

  private static Container with(Container container, int pid) {
    SortedSet<Integer> pids = new TreeSet<>(container.pids());
    pids.add(pid);
    return new Container(container.id(), container.mountNamespaces(), pids, container.rootPid());
  }

  private void name(Container container) {
    Optional<Origin> origin = origin(container);
    for (long each : container.mountNamespaces()) {
      origin.ifPresent(found -> names.put((int) each, found));
    }
  }

  private Optional<Origin> origin(Container container) {
    NodePod pod = pods.get(container.id().podUid());
    if (pod == null) {
      return Optional.empty();
    }
    return pod.containerName(container.id().containerId())
        .map(name -> new Origin(pod.namespace(), pod.name(), name));
  }

  /** Returns the running containers that a trace of a namespace selects. */
  List<SelectedContainer> selectedBy(String namespace, Target target) {
    List<SelectedContainer> selected = new ArrayList<>();
    for (Container each : running.values()) {
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
