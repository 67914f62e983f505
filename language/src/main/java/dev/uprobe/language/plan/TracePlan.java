package dev.uprobe.language.plan;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One trace of a host, compiled and free of contradictions.
 *
 * @param name the trace's name
 * @param namespace the trace's namespace, where the YAML gives one
 * @param host which processes are traced
 * @param deadline how long the trace runs; empty for until it is stopped
 * @param probes at least one, names unique
 * @param advice sentences about what may not be meant as it is written
 */
public record TracePlan(
    String name,
    Optional<String> namespace,
    HostFilter host,
    Optional<Duration> deadline,
    List<ProbePlan> probes,
    List<String> advice) {

  public TracePlan {
    probes = List.copyOf(probes);
    advice = List.copyOf(advice);
  }
}
