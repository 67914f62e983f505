package dev.uprobe.agent.engine.locate;

import dev.uprobe.agent.binary.disasm.FunctionCode.Computed;
import dev.uprobe.bpf.Structs;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * A jump, as programs need to know it.
 *
 * @param condition when it is taken: enum jump_condition of bpf/jumps.h
 * @param reason why a function's return is not seen that leaves by it: a sentence without its full
 *     stop; empty where that is not asked
 * @param within the function in which it does not leave
 */
public record Jump(int condition, String reason, Optional<Within> within) {
  /**
   * How to find out whether a jump stays in a function: its own, or one that is followed.
   *
   * @param target where it leads
   * @param begin from the jump to the function's first instruction, in bytes
   * @param size of the function
   */
  public record Within(Computed target, int begin, int size) {

    /** Whether the jump itself lies in the function. */
    public boolean isOwn() {
      return begin <= 0 && -begin < size;
    }
  }

  /**
   * Writes it as programs read it.
   *
   * @param reasonNumber by which events carry the reason
   */
  public byte[] encode(int reasonNumber) {
    ByteBuffer bytes = ByteBuffer.allocate(Structs.Jump.SIZEOF).order(ByteOrder.LITTLE_ENDIAN);
    Structs.Jump.condition(bytes, 0, condition);
    Structs.Jump.reason(bytes, 0, reasonNumber);
    if (within.isPresent()) {
      Computed target = within.get().target();
      Structs.Jump.displacement(bytes, 0, target.displacement());
      Structs.Jump.begin(bytes, 0, within.get().begin());
      Structs.Jump.size(bytes, 0, within.get().size());
      Structs.Jump.base(bytes, 0, target.base());
      Structs.Jump.index(bytes, 0, target.index());
      Structs.Jump.scale(bytes, 0, target.scale());
      Structs.Jump.isMemory(bytes, 0, target.isMemory() ? 1 : 0);
    }
    return bytes.array();
  }
}
