package dev.uprobe.agent.engine;

import dev.uprobe.agent.containers.Container;
import dev.uprobe.agent.containers.ContainerId;
import dev.uprobe.agent.process.watch.MappingWatch.NewMapping;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What processes may have mapped since the last look at them.
 *
 * @param everything whether any process may have mapped any file
 * @param pids processes that may have mapped any file
 * @param mappings files that were mapped
 * @param containers the containers of those processes, each with these processes only
 */
public record MappingDelta(
    boolean everything,
    Set<Integer> pids,
    Set<NewMapping> mappings,
    Map<ContainerId, Container> containers) {
  /** Nothing was mapped. */
  public static final MappingDelta NOTHING = new MappingDelta(false, Set.of(), Set.of(), Map.of());

  /** Any process may have mapped any file. */
  public static final MappingDelta EVERYTHING =
      new MappingDelta(true, Set.of(), Set.of(), Map.of());

  /** Returns whether no container of a pod has mapped anything, but another process has. */
  boolean isOutsideContainers() {
    return !everything && containers.isEmpty() && !(pids.isEmpty() && mappings.isEmpty());
  }

  /** Returns the processes of a container that may have mapped something. */
  Optional<Container> of(Container whole) {
    return everything ? Optional.of(whole) : Optional.ofNullable(containers.get(whole.id()));
  }

  /** Returns the processes that may have mapped files of interest. */
  Set<Integer> pids(Predicate<NewMapping> isOfInterest) {
    Set<Integer> all = new HashSet<>(pids);
    mappings.stream().filter(isOfInterest).map(NewMapping::pid).forEach(all::add);
    return all;
  }
}
