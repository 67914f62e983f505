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

  @Override
  public Optional<Origin> of(int mountNamespace) {
    return Optional.ofNullable(byMountNamespace.get(mountNamespace));
  }

  void put(int mountNamespace, Origin origin) {
    byMountNamespace.put(mountNamespace, origin);
  }

  /** Forgets containers that are not among the given ones. */
  void retain(Set<Integer> mountNamespaces) {
    byMountNamespace.keySet().retainAll(mountNamespaces);
  }
}
