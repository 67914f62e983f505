package dev.uprobe.language.plan;

import java.util.List;
import java.util.Optional;

/**
 * One trace of a cluster, compiled and free of contradictions.
 *
 * @param host which processes of the nodes are traced; empty for a trace of pods
 * @param probes at least one, names unique
 * @param advice warnings about parts that may not do what the user meant
 */
public record ClusterPlan(Optional<HostFilter> host, List<ProbePlan> probes, List<String> advice) {

  public ClusterPlan {
    probes = List.copyOf(probes);
    advice = List.copyOf(advice);
  }
}
