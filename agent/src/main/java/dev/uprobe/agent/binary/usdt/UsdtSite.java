package dev.uprobe.agent.binary.usdt;

import dev.uprobe.bpf.Constants;
import dev.uprobe.bpf.Structs;
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
  public UsdtSite {
    arguments = List.copyOf(arguments);
  }

  /** Writes arguments as programs read them. */
  public static byte[] encode(List<UsdtArgument> arguments) {
    ByteBuffer bytes = ByteBuffer.allocate(Structs.UsdtPlace.SIZEOF).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < arguments.size(); i++) {
      int at = Structs.UsdtPlace.ARGUMENTS + i * Structs.UsdtArgument.SIZEOF;
      UsdtArgument argument = arguments.get(i);
      if (argument.operand() instanceof UsdtArgument.Constant constant) {
        Structs.UsdtArgument.kind(bytes, at, Constants.USDT_CONSTANT);
        Structs.UsdtArgument.number(bytes, at, constant.number());
      } else if (argument.operand() instanceof UsdtArgument.Register register) {
        Structs.UsdtArgument.kind(bytes, at, Constants.USDT_REGISTER);
        Structs.UsdtArgument.base(bytes, at, register.offset());
      } else if (argument.operand() instanceof UsdtArgument.Memory memory) {
        Structs.UsdtArgument.kind(bytes, at, Constants.USDT_MEMORY);
        Structs.UsdtArgument.number(bytes, at, memory.displacement());
        Structs.UsdtArgument.base(bytes, at, memory.base());
        Structs.UsdtArgument.index(bytes, at, memory.index());
        Structs.UsdtArgument.scale(bytes, at, memory.scale());
      } else {
        continue;
      }
      Structs.UsdtArgument.bytes(bytes, at, argument.bytes());
      Structs.UsdtArgument.isSigned(bytes, at, argument.signed() ? 1 : 0);
    }
    return bytes.array();
  }
}
