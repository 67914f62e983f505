package dev.uprobe.agent.events.model;

import java.util.List;

/**
 * One hit of a probe.
 *
 * @param timeNanos CLOCK_MONOTONIC
 * @param durationNanos of a Call, from its entry to its return; otherwise 0
 * @param mountNamespace of the container that the process is in, where the trace selects
 *     containers; otherwise 0
 * @param values one for each of the plan's values, in their order
 * @param stack where the probe fired, and its callers, the innermost first; empty where the probe
 *     asks for no stack
 */
public record Event(
    ProbeDescriptor probe,
    String function,
    long timeNanos,
    long durationNanos,
    String comm,
    int pid,
    int tid,
    int cpu,
    int mountNamespace,
    List<CapturedValue> values,
    List<Frame> stack) {

  /** Returns the same event with another stack. */
  public Event stack(List<Frame> frames) {
    return new Event(
        probe,
        function,
        timeNanos,
        durationNanos,
        comm,
        pid,
        tid,
        cpu,
        mountNamespace,
        values,
        frames);
  }
}
