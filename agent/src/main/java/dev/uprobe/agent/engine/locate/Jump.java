package dev.uprobe.agent.engine.locate;

import dev.uprobe.agent.binary.disasm.FunctionCode.Computed;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * A jump, as programs need to know it.
 *
 * @param condition when it is taken, as bpf/jumps.h has it
 * @param reason why a function's return is not seen that leaves by it: a sentence without its full
 *     stop; empty where that is not asked
 * @param within the function in which it does not leave
 */
public record Jump(int condition, String reason, Optional<Within> within) {
  /** The bytes of struct jump of bpf/jumps.h. */
  public static final int SIZE = 28;

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
    ByteBuffer bytes = ByteBuffer.allocate(SIZE).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(condition).putInt(reasonNumber);
    if (within.isPresent()) {
      Computed target = within.get().target();
      bytes.putInt(target.displacement()).putInt(within.get().begin()).putInt(within.get().size());
      bytes.putShort((short) target.base()).putShort((short) target.index());
      bytes.put((byte) target.scale()).put((byte) (target.isMemory() ? 1 : 0));
    }
    return bytes.array();
  }
}
