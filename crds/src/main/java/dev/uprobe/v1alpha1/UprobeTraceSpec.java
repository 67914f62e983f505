package dev.uprobe.v1alpha1;

import java.util.List;
import java.util.Map;

/**
 * What to trace, where, and for how long.
 *
 * @param nodeSelector labels of the nodes to trace on; empty for every node
 * @param suspend whether nothing is attached for now
 * @param activeDeadlineSeconds how long the trace runs, at least 1
 * @param recentEvents how many events the status keeps, 0 to 50
 * @param probes 1 to 64
 */
public record UprobeTraceSpec(
    Target target,
    Map<String, String> nodeSelector,
    Boolean suspend,
    Integer activeDeadlineSeconds,
    Integer recentEvents,
    List<ProbeSpec> probes) {

  public UprobeTraceSpec {
    nodeSelector = nodeSelector == null ? Map.of() : Map.copyOf(nodeSelector);
    probes = probes == null ? List.of() : List.copyOf(probes);
  }
}
