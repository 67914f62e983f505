package dev.uprobe.agent.events.model;

import java.util.Optional;

/** Tells which container calls come from. May be asked by any thread. */
@FunctionalInterface
public interface ContainerResolver {

  /** Returns the container; empty for a process of the host itself. */
  Optional<ContainerRef> of(Event event);

  /**
   * Returns a container, where containers are known without an event.
   *
   * @param mountNamespace the inode number of its mount namespace
   */
  default Optional<ContainerRef> of(int mountNamespace) {
    return Optional.empty();
  }

  /** Returns what knows no containers. */
  static ContainerResolver none() {
    return event -> Optional.empty();
  }
}
