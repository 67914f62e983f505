package dev.uprobe.agent.event;

import java.util.Optional;

/** Tells which container calls come from. May be asked by any thread. */
@FunctionalInterface
public interface Origins {

  /** Returns the container; empty for a process of the host itself. */
  Optional<Origin> of(Event event);

  /**
   * Returns a container, where containers are known without an event.
   *
   * @param mountNamespace the inode number of its mount namespace
   */
  default Optional<Origin> of(int mountNamespace) {
    return Optional.empty();
  }

  /** Returns what knows no containers. */
  static Origins none() {
    return event -> Optional.empty();
  }
}
