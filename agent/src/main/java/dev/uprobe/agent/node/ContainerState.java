package dev.uprobe.agent.node;

import dev.uprobe.agent.container.ContainerId;
import dev.uprobe.agent.event.Origin;
import dev.uprobe.agent.trace.FileResult;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What became of a trace's probes in one container.
 *
 * @param attempts by the name of the probe
 */
record ContainerState(ContainerId id, Origin origin, Map<String, Attempt> attempts) {

  ContainerState(ContainerId id, Origin origin) {
    this(id, origin, new LinkedHashMap<>());
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
