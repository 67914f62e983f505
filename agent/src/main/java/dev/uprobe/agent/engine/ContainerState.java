package dev.uprobe.agent.engine;

import dev.uprobe.agent.containers.ContainerId;
import dev.uprobe.agent.events.model.ContainerRef;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What became of a trace's probes in one container, or on the node itself.
 *
 * @param id empty for the node itself, as is the origin
 * @param attempts by the name of the probe
 */
public record ContainerState(
    Optional<ContainerId> id, Optional<ContainerRef> origin, Map<String, AttachAttempt> attempts) {

  /** Returns the state of a container in which nothing has been tried yet. */
  static ContainerState of(ContainerId id, ContainerRef origin) {
    return new ContainerState(Optional.of(id), Optional.of(origin), new LinkedHashMap<>());
  }

  /** Tells whether every probe is attached. */
  public boolean isReady() {
    return attachedProbes() == attempts.size();
  }

  public int attachedProbes() {
    return (int)
        attempts.values().stream()
            .filter(each -> each.result() instanceof AttachResult.Attached)
            .count();
  }
}
