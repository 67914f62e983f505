package dev.uprobe.agent.events.model;

import dev.uprobe.language.histogram.Distribution;
import java.util.List;
import java.util.Optional;

/**
 * What the kernel has kept of the calls of one group, from the attaching of the probe on.
 *
 * @param namespace of the trace, where it has one
 * @param timeNanos CLOCK_MONOTONIC, when it was read
 * @param labels by which the group differs from the probe's other groups
 * @param origin the container, where the trace groups by it and it is known
 */
public record Aggregate(
    ProbeDescriptor probe,
    Optional<String> namespace,
    long timeNanos,
    List<Label> labels,
    Optional<ContainerRef> origin,
    Distribution kept) {

  public Aggregate {
    labels = List.copyOf(labels);
  }
}
