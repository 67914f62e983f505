package dev.uprobe.agent.engine;

import dev.uprobe.agent.containers.Container;
import dev.uprobe.agent.containers.ContainerId;
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
public record MappingDelta(
    boolean everything, Set<Integer> pids, Map<ContainerId, Container> containers) {
  /** Nobody has. */
  public static final MappingDelta NOTHING = new MappingDelta(false, Set.of(), Map.of());

  /** Any process may have. */
  public static final MappingDelta EVERYTHING = new MappingDelta(true, Set.of(), Map.of());

  /** Tells whether nothing may be new to a trace of containers. */
  boolean isOutsideContainers() {
    return !everything && !pids.isEmpty() && containers.isEmpty();
  }

  /** Returns the processes to be looked at of a container. */
  Optional<Container> of(Container whole) {
    return everything ? Optional.of(whole) : Optional.ofNullable(containers.get(whole.id()));
  }
}
