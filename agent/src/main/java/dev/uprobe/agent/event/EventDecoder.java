package dev.uprobe.agent.event;

import dev.uprobe.plan.ValueType;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/** Turns a record of the ring buffer into an event; the format is struct event of bpf/event.h. */
public final class EventDecoder {
  static final int TIME = 0;
  static final int DURATION = 8;
  static final int PROBE = 16;
  static final int FUNCTION = 20;
  static final int PID = 24;
  static final int TID = 28;
  static final int CPU = 32;
  static final int UNREADABLE = 36;
  static final int COMM = 40;
  static final int MOUNT_NAMESPACE = 56;
  static final int COMM_LENGTH = 16;

  /** Of struct stack_slot, whose first field is the caller. */
  static final int FRAMED = 8;

  static final int STACK_LENGTH = 16;

  private static final String NOT_READABLE =
      "its memory could not be read: a bad address, or a page that is not in memory";

  private final IntFunction<TracedProbe> probes;

  /** Creates one that finds probes by the number that records carry. */
  public EventDecoder(IntFunction<TracedProbe> probes) {
    this.probes = probes;
  }

  /** Decodes one record, from position 0 of a little-endian buffer. */
  public Event decode(ByteBuffer record) {
    TracedProbe probe = probes.apply(record.getInt(PROBE));
    int unreadable = record.getInt(UNREADABLE);
    List<EventLayout.Slot> slots = probe.layout().slots();
    List<Captured> values = new ArrayList<>(slots.size());
    for (int i = 0; i < slots.size(); i++) {
      boolean readable = (unreadable & 1 << i) == 0;
      values.add(readable ? value(record, slots.get(i)) : new Captured.Unreadable(NOT_READABLE));
    }
    return new Event(
        probe,
        probe.function(record.getInt(FUNCTION)),
        record.getLong(TIME),
        record.getLong(DURATION),
        comm(record),
        record.getInt(PID),
        record.getInt(TID),
        record.getInt(CPU),
        record.getInt(MOUNT_NAMESPACE),
        values,
        stack(record, probe));
  }

  private static List<Frame> stack(ByteBuffer record, TracedProbe probe) {
    EventLayout layout = probe.layout();
    if (layout.frames() == 0) {
      return List.of();
    }
    int at = layout.stackOffset();
    int count = Math.min(record.getInt(at + STACK_LENGTH) / Long.BYTES, layout.frames());
    List<Long> addresses = new ArrayList<>(count + 1);
    for (int i = 0; i < count; i++) {
      addresses.add(record.getLong(at + EventLayout.STACK_HEAD_SIZE + i * Long.BYTES));
    }
    return probe
        .callers()
        .complete(
            record.getInt(FUNCTION), addresses, record.getLong(at), record.getLong(at + FRAMED))
        .stream()
        .limit(layout.frames())
        .map(Frame::unknown)
        .toList();
  }

  private static String comm(ByteBuffer record) {
    byte[] bytes = new byte[COMM_LENGTH];
    record.get(COMM, bytes);
    int length = 0;
    while (length < COMM_LENGTH && bytes[length] != 0) {
      length++;
    }
    return new String(bytes, 0, length, StandardCharsets.UTF_8);
  }

  private static Captured value(ByteBuffer record, EventLayout.Slot slot) {
    ValueType type = slot.value().operand().type();
    if (type instanceof ValueType.Text text) {
      return text(record, slot, text.limit());
    }
    if (type instanceof ValueType.Bytes bytes) {
      return bytes(record, slot, bytes.limit());
    }
    long bits = record.getLong(slot.offset());
    if (type instanceof ValueType.Whole whole) {
      return new Captured.Whole(extend(bits, whole), !whole.signed());
    }
    if (type instanceof ValueType.Bool) {
      return new Captured.Bool((bits & 0xff) != 0);
    }
    if (type instanceof ValueType.Char) {
      return new Captured.Char((int) (bits & 0xff));
    }
    return new Captured.Address(bits);
  }

  /** The bits above a number's own size are whatever the program left in the register. */
  private static long extend(long bits, ValueType.Whole type) {
    int unused = Long.SIZE - Byte.SIZE * type.bytes();
    return type.signed() ? bits << unused >> unused : bits << unused >>> unused;
  }

  private static Captured text(ByteBuffer record, EventLayout.Slot slot, int limit) {
    int withNul = record.getInt(slot.offset());
    boolean cut = withNul == slot.dataSize();
    int length = cut ? limit : Math.max(withNul - 1, 0);
    return new Captured.Text(data(record, slot, length), cut);
  }

  private static Captured bytes(ByteBuffer record, EventLayout.Slot slot, int limit) {
    long length = Integer.toUnsignedLong(record.getInt(slot.offset()));
    return new Captured.Bytes(data(record, slot, (int) Math.min(length, limit)), length > limit);
  }

  private static byte[] data(ByteBuffer record, EventLayout.Slot slot, int length) {
    byte[] bytes = new byte[length];
    record.get(slot.offset() + EventLayout.MEMORY_HEAD_SIZE, bytes);
    return bytes;
  }
}
