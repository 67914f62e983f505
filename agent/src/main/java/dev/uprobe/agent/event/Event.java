package dev.uprobe.agent.event;

import java.util.List;

/**
 * One hit of a probe.
 *
 * @param timeNanos CLOCK_MONOTONIC
 * @param durationNanos of a Call, from its entry to its return; otherwise 0
 * @param mountNamespace of the container that the process is in, where the trace selects
 *     containers; otherwise 0
 * @param values one for each of the plan's values, in their order
 */
public record Event(
    TracedProbe probe,
    String function,
    long timeNanos,
    long durationNanos,
    String comm,
    int pid,
    int tid,
    int cpu,
    int mountNamespace,
    List<Captured> values) {}
