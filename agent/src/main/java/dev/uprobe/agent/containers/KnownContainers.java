package dev.uprobe.agent.containers;

import dev.uprobe.agent.events.model.ContainerRef;
import dev.uprobe.agent.events.model.ContainerResolver;
import dev.uprobe.agent.events.model.Event;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Knows the pods and containers of this node, by their mount namespaces. */
public final class KnownContainers implements ContainerResolver {
  private final Map<Integer, ContainerRef> byMountNamespace = new ConcurrentHashMap<>();
  private final ProcessNamespaces processes;
  private Set<Integer> previous = Set.of();

  public KnownContainers(ProcessNamespaces processes) {
    this.processes = processes;
  }

  /** Only programs that select containers tell the mount namespace. */
  @Override
  public Optional<ContainerRef> of(Event event) {
    return of(event.mountNamespace() == 0 ? processes.of(event.pid()) : event.mountNamespace());
  }

  @Override
  public Optional<ContainerRef> of(int mountNamespace) {
    return Optional.ofNullable(byMountNamespace.get(mountNamespace));
  }

  void put(int mountNamespace, ContainerRef origin) {
    byMountNamespace.put(mountNamespace, origin);
  }

  /**
   * Forgets containers that are neither among the given ones, nor among those given the time
   * before: the last events of a container may be written after its end.
   */
  void retain(Set<Integer> mountNamespaces) {
    byMountNamespace
        .keySet()
        .removeIf(each -> !mountNamespaces.contains(each) && !previous.contains(each));
    previous = Set.copyOf(mountNamespaces);
  }
}
