package dev.uprobe.agent.node;

import dev.uprobe.agent.event.Origin;
import dev.uprobe.agent.event.Origins;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Knows the pod and container of each mount namespace of this node. */
final class ContainerNames implements Origins {
  private final Map<Integer, Origin> byMountNamespace = new ConcurrentHashMap<>();
  private Set<Integer> previous = Set.of();

  @Override
  public Optional<Origin> of(int mountNamespace) {
    return Optional.ofNullable(byMountNamespace.get(mountNamespace));
  }

  void put(int mountNamespace, Origin origin) {
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
