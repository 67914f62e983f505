package dev.uprobe.agent.events.decode;

import dev.uprobe.agent.events.decode.AggregationLayout.KeySlot;
import dev.uprobe.agent.events.model.CapturedValue;
import dev.uprobe.agent.events.model.Label;
import dev.uprobe.agent.events.model.ProbeDescriptor;
import dev.uprobe.bpf.Constants;
import dev.uprobe.bpf.Structs;
import dev.uprobe.language.histogram.Distribution;
import dev.uprobe.language.plan.Aggregation.Key;
import dev.uprobe.language.plan.ValueType;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalInt;

/** Reads the entries of the map of groups: struct group and struct text_key of bpf/aggregate.h. */
public final class AggregationDecoder {
  private static final CapturedValue UNREADABLE =
      new CapturedValue.Unreadable("its memory could not be read");

  private final AggregationLayout layout;
  private final ProbeDescriptor probe;

  public AggregationDecoder(AggregationLayout layout, ProbeDescriptor probe) {
    this.layout = layout;
    this.probe = probe;
  }

  /**
   * Decodes a group.
   *
   * @param key little-endian
   * @param values what each CPU has kept, little-endian
   */
  public AggregationEntry decode(ByteBuffer key, List<ByteBuffer> values) {
    List<Label> labels =
        layout.keys().stream().map(each -> new Label(each.key().name(), label(each, key))).toList();
    OptionalInt mountNamespace =
        layout.keys().stream()
            .filter(each -> each.key() instanceof Key.Container)
            .mapToInt(each -> (int) key.getLong(each.at()))
            .findFirst();
    return new AggregationEntry(key, labels, mountNamespace, kept(values));
  }

  /**
   * Adds up what was kept.
   *
   * @param values of one group or more, each little-endian
   */
  public Distribution kept(List<ByteBuffer> values) {
    long[] counts = new long[layout.scale().size()];
    long sum = 0;
    long highest = 0;
    for (ByteBuffer each : values) {
      sum += Structs.Group.sum(each, 0);
      if (Long.compareUnsigned(Structs.Group.highest(each, 0), highest) > 0) {
        highest = Structs.Group.highest(each, 0);
      }
      for (int i = 0; i < counts.length; i++) {
        counts[i] += Structs.Group.buckets(each, 0, i);
      }
    }
    return layout.scale().distribution(counts, sum, highest);
  }

  private CapturedValue label(KeySlot slot, ByteBuffer key) {
    if (slot.type().isPresent()) {
      return value(slot, slot.type().get(), key);
    }
    if (slot.key() instanceof Key.Comm) {
      return new CapturedValue.Text(text(key, slot.at(), Structs.Event.COMM_COUNT), false);
    }
    long number = key.getLong(slot.at());
    if (slot.key() instanceof Key.Function) {
      return plain(probe.function((int) number));
    }
    return slot.key() instanceof Key.Container
        ? plain("mnt:[" + Integer.toUnsignedString((int) number) + "]")
        : new CapturedValue.Whole(number, false);
  }

  private static CapturedValue value(KeySlot slot, ValueType type, ByteBuffer key) {
    if (slot.isText()) {
      return textValue(slot.at(), key);
    }
    long bits = key.getLong(slot.at());
    if (type instanceof ValueType.Whole whole) {
      return new CapturedValue.Whole(bits, !whole.signed());
    }
    if (type instanceof ValueType.Bool) {
      return new CapturedValue.Bool(bits != 0);
    }
    return type instanceof ValueType.Char
        ? new CapturedValue.Char((int) bits)
        : new CapturedValue.Address(bits);
  }

  private static CapturedValue textValue(int at, ByteBuffer key) {
    return switch (Structs.TextKey.state(key, at)) {
      case Constants.TEXT_NULL -> new CapturedValue.Null();
      case Constants.TEXT_UNREADABLE -> UNREADABLE;
      default ->
          new CapturedValue.Text(
              text(key, at + Structs.TextKey.TEXT, Structs.TextKey.TEXT_COUNT),
              Structs.TextKey.state(key, at) == Constants.TEXT_CUT);
    };
  }

  private static byte[] text(ByteBuffer key, int at, int limit) {
    int length = 0;
    while (length < limit && key.get(at + length) != 0) {
      length++;
    }
    byte[] bytes = new byte[length];
    key.get(at, bytes);
    return bytes;
  }

  private static CapturedValue plain(String text) {
    return new CapturedValue.Text(text.getBytes(StandardCharsets.UTF_8), false);
  }
}
