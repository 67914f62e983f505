package dev.uprobe.agent.events.decode;

import dev.uprobe.agent.events.model.Label;
import dev.uprobe.language.histogram.Distribution;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalInt;

/**
 * What the kernel has kept of the calls of one group.
 *
 * @param key the bytes by which the kernel tells it from others
 * @param labels one for each of the probe's keys, in their order
 * @param mountNamespace of the container, where that is a key
 */
public record AggregationEntry(
    ByteBuffer key, List<Label> labels, OptionalInt mountNamespace, Distribution kept) {

  public AggregationEntry {
    labels = List.copyOf(labels);
  }
}
