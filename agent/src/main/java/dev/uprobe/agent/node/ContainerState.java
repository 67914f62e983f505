package dev.uprobe.agent.node;

import dev.uprobe.agent.container.ContainerId;
import dev.uprobe.agent.event.Origin;
import dev.uprobe.agent.trace.Attempt;
import dev.uprobe.agent.trace.FileResult;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What became of a trace's probes in one container, or on the node itself.
 *
 * @param id empty for the node itself, as is the origin
 * @param attempts by the name of the probe
 */
record ContainerState(
    Optional<ContainerId> id, Optional<Origin> origin, Map<String, Attempt> attempts) {

  /** Returns the state of a container in which nothing has been tried yet. */
  static ContainerState of(ContainerId id, Origin origin) {
    return new ContainerState(Optional.of(id), Optional.of(origin), new LinkedHashMap<>());
  }

  /** Tells whether every probe is attached. */
  boolean isReady() {
    return attachedProbes() == attempts.size();
  }

  int attachedProbes() {
    return (int)
        attempts.values().stream()
            .filter(each -> each.result() instanceof FileResult.Attached)
            .count();
  }
}
