package dev.uprobe.agent.event;

import java.util.Optional;

/** Tells which container an event comes from. May be asked by any thread. */
@FunctionalInterface
public interface Origins {

  /** Returns the container; empty for a process of the host itself. */
  Optional<Origin> of(Event event);

  /** Returns what knows no containers. */
  static Origins none() {
    return event -> Optional.empty();
  }
}
