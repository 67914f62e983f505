package dev.uprobe.agent.event;

import dev.uprobe.plan.Operand;
import dev.uprobe.plan.Value;
import dev.uprobe.plan.ValueType;
import java.util.ArrayList;
import java.util.List;

/**
 * Where a probe's values lie in its events; bpf/event.h and bpf/config.h describe the same.
 *
 * @param slots one for each value, in its order
 * @param size the bytes of a whole event
 */
public record EventLayout(List<Slot> slots, int size) {
  /** sizeof(struct event). */
  public static final int HEAD_SIZE = 64;

  /** sizeof(struct memory_slot), in front of the bytes of a string or of memory. */
  public static final int MEMORY_HEAD_SIZE = 8;

  /** offsetof(struct memory_slot, memory). */
  static final int MEMORY_AT = 4;

  /**
   * The place of one value.
   *
   * @param offset from the start of the event
   * @param dataSize the bytes that the kernel reads of a string or of memory; 0 for a number
   */
  public record Slot(Value value, int offset, int dataSize) {}

  public EventLayout {
    slots = List.copyOf(slots);
  }

  /** Lays out the given values one after the other, each aligned to 8 bytes. */
  public static EventLayout of(List<Value> values) {
    List<Slot> slots = new ArrayList<>();
    int offset = HEAD_SIZE;
    for (Value value : values) {
      int dataSize = dataSize(value.operand().type());
      slots.add(new Slot(value, offset, dataSize));
      offset += dataSize == 0 ? Long.BYTES : MEMORY_HEAD_SIZE + roundUp(dataSize);
    }
    return new EventLayout(slots, offset);
  }

  private static int dataSize(ValueType type) {
    if (type instanceof ValueType.Text text) {
      // One byte for the NUL, and one more to tell a string that just fits from one that is cut.
      return text.limit() + 2;
    }
    return type.isBehindAddress() ? type.size() : 0;
  }

  /** Returns the value that an operand describes. */
  public int indexOf(Operand operand) {
    for (int i = 0; i < slots.size(); i++) {
      if (slots.get(i).value().operand().equals(operand)) {
        return i;
      }
    }
    throw new IllegalArgumentException("No value is " + operand + ".");
  }

  private static int roundUp(int size) {
    return (size + 7) & ~7;
  }
}
