package dev.uprobe.agent.aggregate;

import dev.uprobe.agent.event.Label;
import dev.uprobe.distribution.Distribution;
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
public record Group(
    ByteBuffer key, List<Label> labels, OptionalInt mountNamespace, Distribution kept) {

  public Group {
    labels = List.copyOf(labels);
  }
}
