package dev.uprobe.language.plan;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One trace of a host, compiled and free of contradictions.
 *
 * @param name the trace's name
 * @param namespace the trace's namespace, if the YAML has one
 * @param host which processes are traced
 * @param deadline how long the trace runs; empty to run until it is stopped
 * @param probes at least one, names unique
 * @param advice warnings about parts that may not do what the user meant
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
