package dev.uprobe.agent.events.decode;

import dev.uprobe.bpf.Structs;
import dev.uprobe.language.histogram.BucketScheme;
import dev.uprobe.language.plan.Aggregation;
import dev.uprobe.language.plan.Aggregation.Key;
import dev.uprobe.language.plan.ProbePlan;
import dev.uprobe.language.plan.Value;
import dev.uprobe.language.plan.ValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How the groups of a probe lie in their map; bpf/aggregate.h and bpf/config.h describe the same.
 *
 * @param keys what tells groups apart, in the order of the plan
 * @param keySize the bytes of a group's key
 * @param scale the buckets of each group
 */
public record AggregationLayout(List<KeySlot> keys, int keySize, BucketScheme scale) {
  private static final int NUMBER_SIZE = Long.BYTES;

  private static final int MAX_GROUPS = 1024;
  private static final int MIN_GROUPS = 128;

  /** What groups may take of the kernel's memory, about; it counts towards the agent's limit. */
  private static final int MAX_BYTES = 8 << 20;

  /**
   * The place of one key.
   *
   * @param type of a captured value; empty for other keys
   * @param at from the start of the group's key
   */
  public record KeySlot(Key key, Optional<ValueType> type, int at) {

    /** Tells whether the key is a string of the traced program. */
    public boolean isText() {
      return type.filter(ValueType.Text.class::isInstance).isPresent() || isSizedText();
    }

    /** Tells whether the key is a string of which the program tells the length. */
    public boolean isSizedText() {
      return type.filter(each -> each instanceof ValueType.Bytes bytes && bytes.text()).isPresent();
    }

    private int size() {
      if (key instanceof Key.Comm) {
        return Structs.Event.COMM_COUNT;
      }
      return isText() ? Structs.TextKey.SIZEOF : NUMBER_SIZE;
    }
  }

  public AggregationLayout {
    keys = List.copyOf(keys);
  }

  /** Lays out the groups of a probe; empty for one that sends events. */
  public static Optional<AggregationLayout> of(ProbePlan plan) {
    return plan.aggregation().map(each -> of(each, plan.values()));
  }

  private static AggregationLayout of(Aggregation aggregation, List<Value> values) {
    List<KeySlot> slots = new ArrayList<>();
    int at = 0;
    for (Key key : aggregation.by()) {
      KeySlot slot =
          new KeySlot(key, key instanceof Key.Captured ? type(key, values) : Optional.empty(), at);
      slots.add(slot);
      at += slot.size();
    }
    return new AggregationLayout(slots, Math.max(at, NUMBER_SIZE), BucketScheme.of(aggregation));
  }

  private static Optional<ValueType> type(Key key, List<Value> values) {
    return values.stream()
        .filter(each -> each.name().equals(key.name()))
        .map(each -> each.operand().type())
        .findFirst();
  }

  /** Returns the bytes that a group takes on each CPU. */
  public int valueSize() {
    return Structs.Group.BUCKETS + scale.size() * Long.BYTES;
  }

  /** Returns how many groups there can be; more are counted as lost. */
  public int maxGroups(int cpus) {
    if (keys.isEmpty()) {
      return 1;
    }
    return Math.max(MIN_GROUPS, Math.min(MAX_GROUPS, MAX_BYTES / (cpus * valueSize())));
  }
}
