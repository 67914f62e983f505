package dev.uprobe.agent.events.model;

import dev.uprobe.bpf.Structs;
import dev.uprobe.language.plan.Operand;
import dev.uprobe.language.plan.Value;
import dev.uprobe.language.plan.ValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where a probe's values lie in its events; bpf/event.h and bpf/config.h describe the same.
 *
 * @param slots one for each value, in its order
 * @param stackOffset where the call stack is, behind the values
 * @param frames how many addresses the stack has room for; 0 for none
 * @param size the bytes of a whole event
 */
public record EventLayout(List<Slot> slots, int stackOffset, int frames, int size) {
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
    return of(values, 0);
  }

  /** Lays out the given values, and a call stack behind them. */
  public static EventLayout of(List<Value> values, int frames) {
    List<Slot> slots = new ArrayList<>();
    int offset = Structs.Event.SIZEOF;
    for (Value value : values) {
      int dataSize = dataSize(value.operand().type());
      slots.add(new Slot(value, offset, dataSize));
      offset += dataSize == 0 ? Long.BYTES : Structs.MemorySlot.DATA + roundUp(dataSize);
    }
    int stackSize = frames == 0 ? 0 : Structs.StackSlot.ADDRESSES + frames * Long.BYTES;
    return new EventLayout(slots, offset, frames, offset + stackSize);
  }

  private static int dataSize(ValueType type) {
    if (type instanceof ValueType.Text text) {
      // One byte for the NUL, and one more to tell a string that just fits from one that is cut.
      return text.limit() + 2;
    }
    return type.isBehindAddress() ? type.size() : 0;
  }

  /** Returns the first value of a name. */
  public Optional<Slot> slotOf(String name) {
    return slots.stream().filter(slot -> slot.value().name().equals(name)).findFirst();
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
