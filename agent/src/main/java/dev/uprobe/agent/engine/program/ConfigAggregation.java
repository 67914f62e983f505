package dev.uprobe.agent.engine.program;

import dev.uprobe.agent.events.decode.AggregationLayout;
import dev.uprobe.agent.events.model.EventLayout;
import dev.uprobe.bpf.Constants;
import dev.uprobe.bpf.Structs;
import dev.uprobe.language.plan.Aggregation;
import dev.uprobe.language.plan.ProbePlan;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Writes what is kept instead of sending events into a probe's config: struct aggregation. */
final class ConfigAggregation {
  private static final int AT = Structs.Config.AGGREGATION;

  private final ByteBuffer config;
  private final ProbePlan plan;
  private final EventLayout layout;
  private final ConfigOperands operands;

  ConfigAggregation(
      ByteBuffer config, ProbePlan plan, EventLayout layout, ConfigOperands operands) {
    this.config = config;
    this.plan = plan;
    this.layout = layout;
    this.operands = operands;
  }

  /** Writes nothing for a probe that sends events. */
  void write() {
    AggregationLayout.of(plan).ifPresent(this::write);
  }

  private void write(AggregationLayout groups) {
    Structs.Aggregation.buckets(config, AT, groups.scale().size());
    plan.aggregation().flatMap(Aggregation::histogram).ifPresent(this::writeHistogram);
    for (int i = 0; i < groups.keys().size(); i++) {
      int at = AT + Structs.Aggregation.KEYS + i * Structs.GroupKey.SIZEOF;
      writeKey(at, groups.keys().get(i));
    }
  }

  private void writeHistogram(Aggregation.Histogram histogram) {
    operands.write(AT + Structs.Aggregation.NUMBER, histogram.of());
    if (!histogram.isDuration()) {
      EventLayout.Slot slot = layout.slotOf(histogram.name()).orElseThrow();
      Structs.Aggregation.offset(config, AT, slot.offset());
      Structs.Aggregation.unreadable(config, AT, unreadableBit(slot));
    }
    if (histogram.linear().isPresent()) {
      Structs.Aggregation.from(config, AT, histogram.linear().get().from());
      Structs.Aggregation.width(config, AT, histogram.linear().get().width());
    }
  }

  private void writeKey(int at, AggregationLayout.KeySlot key) {
    Structs.GroupKey.kind(config, at, kind(key));
    Structs.GroupKey.at(config, at, key.at());
    Optional<EventLayout.Slot> value =
        key.type().isPresent() ? layout.slotOf(key.key().name()) : Optional.empty();
    if (value.isPresent()) {
      operands.write(at + Structs.GroupKey.NUMBER, value.get().value().operand());
      Structs.GroupKey.offset(config, at, value.get().offset());
      Structs.GroupKey.unreadable(config, at, unreadableBit(value.get()));
    }
  }

  /** The bit of an event that says that a value could not be read. */
  private int unreadableBit(EventLayout.Slot slot) {
    return 1 << layout.slots().indexOf(slot);
  }

  private static int kind(AggregationLayout.KeySlot slot) {
    if (slot.key() instanceof Aggregation.Key.Captured) {
      if (slot.isSizedText()) {
        return Constants.GROUP_BY_SIZED_TEXT;
      }
      return slot.isText() ? Constants.GROUP_BY_TEXT : Constants.GROUP_BY_NUMBER;
    }
    if (slot.key() instanceof Aggregation.Key.Comm) {
      return Constants.GROUP_BY_COMM;
    }
    if (slot.key() instanceof Aggregation.Key.Pid) {
      return Constants.GROUP_BY_PROCESS;
    }
    return slot.key() instanceof Aggregation.Key.Container
        ? Constants.GROUP_BY_CONTAINER
        : Constants.GROUP_BY_FUNCTION;
  }
}
