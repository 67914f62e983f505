package dev.uprobe.agent.node;

import dev.uprobe.agent.container.Container;
import dev.uprobe.agent.container.ContainerId;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Processes that may have mapped files since they were looked at.
 *
 * @param everything whether any process may have, because what they mapped was not told
 * @param pids those that have
 * @param containers the containers that some of them are in, with no other processes
 */
record Seen(boolean everything, Set<Integer> pids, Map<ContainerId, Container> containers) {
  /** Nobody has. */
  static final Seen NOTHING = new Seen(false, Set.of(), Map.of());

  /** Any process may have. */
  static final Seen EVERYTHING = new Seen(true, Set.of(), Map.of());

  /** Tells whether nothing may be new to a trace of containers. */
  boolean isOutsideContainers() {
    return !everything && !pids.isEmpty() && containers.isEmpty();
  }

  /** Returns the processes to be looked at of a container. */
  Optional<Container> of(Container whole) {
    return everything ? Optional.of(whole) : Optional.ofNullable(containers.get(whole.id()));
  }
}
