package dev.uprobe.agent.events.decode;

import dev.uprobe.agent.events.model.CapturedValue;
import dev.uprobe.agent.events.model.Event;
import dev.uprobe.agent.events.model.EventLayout;
import dev.uprobe.agent.events.model.Frame;
import dev.uprobe.agent.events.model.PerProbe;
import dev.uprobe.agent.events.model.ProbeDescriptor;
import dev.uprobe.api.v1alpha1.CapturePoint;
import dev.uprobe.bpf.Constants;
import dev.uprobe.bpf.Structs;
import dev.uprobe.language.plan.ValueType;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/** Turns a record of the ring buffer into an event; the format is struct event of bpf/event.h. */
public final class EventDecoder {
  private static final int COMM_LENGTH = Structs.Event.COMM_COUNT;

  private static final String NEGATIVE_LENGTH = "its length is negative, so there are no bytes";
  private static final String NOT_READABLE =
      "its memory could not be read: a bad address, or a page that is not in memory";

  private final IntFunction<ProbeDescriptor> probes;
  private final PerProbe<CallerFrameRepair> callers =
      new PerProbe<>(probe -> new CallerFrameRepair());
  private final byte[] comm = new byte[COMM_LENGTH];

  /** The latest event's, which the next one mostly shares. */
  private String latestComm = "";

  private long latestCommStart;
  private long latestCommEnd;

  /** Creates one that finds probes by the number that records carry. */
  public EventDecoder(IntFunction<ProbeDescriptor> probes) {
    this.probes = probes;
  }

  /** Decodes one record, from position 0 of a little-endian buffer. */
  public Event decode(ByteBuffer record) {
    ProbeDescriptor probe = probes.apply(Structs.Event.probe(record, 0));
    int unreadable = Structs.Event.unreadable(record, 0);
    int leftBy = Structs.Event.leftBy(record, 0);
    List<EventLayout.Slot> slots = probe.layout().slots();
    List<CapturedValue> values = new ArrayList<>(slots.size());
    for (int i = 0; i < slots.size(); i++) {
      boolean readable = (unreadable & 1 << i) == 0;
      values.add(readable ? value(record, slots.get(i)) : missing(probe, leftBy, slots.get(i)));
    }
    return new Event(
        probe,
        probe.function(Structs.Event.function(record, 0)),
        Structs.Event.timeNs(record, 0),
        Structs.Event.durationNs(record, 0),
        comm(record),
        Structs.Event.pid(record, 0),
        Structs.Event.tid(record, 0),
        Structs.Event.cpu(record, 0),
        Structs.Event.mountNamespace(record, 0),
        values,
        stack(record, probe));
  }

  /** What a function returns or fills in is not there yet when it leaves by a jump. */
  private static CapturedValue missing(ProbeDescriptor probe, int leftBy, EventLayout.Slot slot) {
    boolean atReturn = slot.value().operand().at() == CapturePoint.RETURN;
    return probe
        .reason(leftBy)
        .filter(reason -> atReturn)
        .<CapturedValue>map(CapturedValue.Unseen::new)
        .orElse(new CapturedValue.Unreadable(NOT_READABLE));
  }

  private List<Frame> stack(ByteBuffer record, ProbeDescriptor probe) {
    EventLayout layout = probe.layout();
    if (layout.frames() == 0) {
      return List.of();
    }
    int at = layout.stackOffset();
    int count = Math.min(Structs.StackSlot.length(record, at) / Long.BYTES, layout.frames());
    List<Long> addresses = new ArrayList<>(count + 1);
    for (int i = 0; i < count; i++) {
      addresses.add(Structs.StackSlot.addresses(record, at, i));
    }
    return callers
        .of(probe)
        .complete(
            Structs.Event.function(record, 0),
            addresses,
            Structs.StackSlot.caller(record, at),
            Structs.StackSlot.framed(record, at))
        .stream()
        .limit(layout.frames())
        .map(Frame::unknown)
        .toList();
  }

  private String comm(ByteBuffer record) {
    long start = record.getLong(Structs.Event.COMM);
    long end = record.getLong(Structs.Event.COMM + Long.BYTES);
    if (start != latestCommStart || end != latestCommEnd) {
      record.get(Structs.Event.COMM, comm);
      int length = 0;
      while (length < COMM_LENGTH && comm[length] != 0) {
        length++;
      }
      latestComm = new String(comm, 0, length, StandardCharsets.UTF_8);
      latestCommStart = start;
      latestCommEnd = end;
    }
    return latestComm;
  }

  private static CapturedValue value(ByteBuffer record, EventLayout.Slot slot) {
    ValueType type = slot.value().operand().type();
    if (type.isBehindAddress() && memory(record, slot) == Constants.MEMORY_NULL) {
      return new CapturedValue.Null();
    }
    if (type instanceof ValueType.Text text) {
      return text(record, slot, text.limit());
    }
    if (type instanceof ValueType.Bytes bytes) {
      return bytes(record, slot, bytes.limit(), bytes.text());
    }
    if (type instanceof ValueType.Array array) {
      return numbers(record, slot.offset() + Structs.MemorySlot.DATA, array);
    }
    return number(record.getLong(slot.offset()), type);
  }

  private static int memory(ByteBuffer record, EventLayout.Slot slot) {
    return Structs.MemorySlot.memory(record, slot.offset());
  }

  private static CapturedValue numbers(ByteBuffer record, int at, ValueType.Array type) {
    List<CapturedValue> elements = new ArrayList<>(type.count());
    int size = type.element().size();
    for (int i = 0; i < type.count(); i++) {
      elements.add(number(littleEndian(record, at + i * size, size), type.element()));
    }
    return new CapturedValue.Numbers(elements);
  }

  private static long littleEndian(ByteBuffer record, int at, int size) {
    return switch (size) {
      case 1 -> record.get(at);
      case 2 -> record.getShort(at);
      case 4 -> record.getInt(at);
      default -> record.getLong(at);
    };
  }

  private static CapturedValue number(long bits, ValueType type) {
    if (type instanceof ValueType.Whole whole) {
      return new CapturedValue.Whole(extend(bits, whole), !whole.signed());
    }
    if (type instanceof ValueType.Real real) {
      return real.bytes() == Float.BYTES
          ? new CapturedValue.Real(Float.intBitsToFloat((int) bits), true)
          : new CapturedValue.Real(Double.longBitsToDouble(bits), false);
    }
    if (type instanceof ValueType.Bool) {
      return new CapturedValue.Bool((bits & 0xff) != 0);
    }
    if (type instanceof ValueType.Char) {
      return new CapturedValue.Char((int) (bits & 0xff));
    }
    return new CapturedValue.Address(bits);
  }

  /** The bits above a number's own size are whatever the program left in the register. */
  private static long extend(long bits, ValueType.Whole type) {
    int unused = Long.SIZE - Byte.SIZE * type.bytes();
    return type.signed() ? bits << unused >> unused : bits << unused >>> unused;
  }

  private static CapturedValue text(ByteBuffer record, EventLayout.Slot slot, int limit) {
    int withNul = Structs.MemorySlot.length(record, slot.offset());
    boolean cut = withNul == slot.dataSize();
    int length = cut ? limit : Math.max(withNul - 1, 0);
    return new CapturedValue.Text(data(record, slot, length), cut);
  }

  private static CapturedValue bytes(
      ByteBuffer record, EventLayout.Slot slot, int limit, boolean text) {
    if (memory(record, slot) == Constants.MEMORY_NEGATIVE_LENGTH) {
      return new CapturedValue.Nothing(NEGATIVE_LENGTH);
    }
    long length = Integer.toUnsignedLong(Structs.MemorySlot.length(record, slot.offset()));
    byte[] data = data(record, slot, (int) Math.min(length, limit));
    return text
        ? new CapturedValue.Text(data, length > limit)
        : new CapturedValue.Bytes(data, length > limit);
  }

  private static byte[] data(ByteBuffer record, EventLayout.Slot slot, int length) {
    byte[] bytes = new byte[length];
    record.get(slot.offset() + Structs.MemorySlot.DATA, bytes);
    return bytes;
  }
}
