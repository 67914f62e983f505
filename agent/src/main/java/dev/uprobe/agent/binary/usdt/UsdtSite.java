package dev.uprobe.agent.binary.usdt;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * A place of a static probe, beside where it is.
 *
 * @param semaphore where in the file the number is that says how many tracers there are; 0 for none
 * @param arguments at most {@value UsdtArguments#MAX}
 */
public record UsdtSite(long semaphore, List<UsdtArgument> arguments) {
  private static final int ARGUMENT_SIZE = 16;

  /** The bytes of struct usdt_place of bpf/usdt.h. */
  public static final int SIZE = UsdtArguments.MAX * ARGUMENT_SIZE;

  private static final int CONSTANT = 1;
  private static final int REGISTER = 2;
  private static final int MEMORY = 3;

  public UsdtSite {
    arguments = List.copyOf(arguments);
  }

  /** Writes arguments as programs read them. */
  public static byte[] encode(List<UsdtArgument> arguments) {
    ByteBuffer bytes = ByteBuffer.allocate(SIZE).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < arguments.size(); i++) {
      bytes.position(i * ARGUMENT_SIZE);
      UsdtArgument each = arguments.get(i);
      if (each.operand() instanceof UsdtArgument.Constant constant) {
        put(bytes, constant.number(), 0, 0, CONSTANT, 0);
      } else if (each.operand() instanceof UsdtArgument.Register register) {
        put(bytes, 0, register.offset(), 0, REGISTER, 0);
      } else if (each.operand() instanceof UsdtArgument.Memory memory) {
        put(bytes, memory.displacement(), memory.base(), memory.index(), MEMORY, memory.scale());
      } else {
        continue;
      }
      bytes.put((byte) each.bytes()).put((byte) (each.signed() ? 1 : 0));
    }
    return bytes.array();
  }

  private static void put(ByteBuffer bytes, long number, int base, int index, int kind, int scale) {
    bytes.putLong(number).putShort((short) base).putShort((short) index);
    bytes.put((byte) kind).put((byte) scale);
  }
}
