package dev.uprobe.agent.event;

import java.util.Optional;

/** Tells which container a mount namespace belongs to. May be asked by any thread. */
@FunctionalInterface
public interface Origins {

  /** Returns the container; empty for a process of the host itself. */
  Optional<Origin> of(int mountNamespace);

  /** Returns what knows no containers. */
  static Origins none() {
    return mountNamespace -> Optional.empty();
  }
}
