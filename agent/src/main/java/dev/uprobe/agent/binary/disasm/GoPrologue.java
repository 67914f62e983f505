package dev.uprobe.agent.binary.disasm;

import dev.uprobe.agent.binary.disasm.Instruction.Kind;
import dev.uprobe.agent.binary.elf.Machine;
import java.util.Optional;

/**
 * Where a function of Go is surely entered.
 *
 * <p>Most begin by comparing the stack pointer with the end of their stack. Where it does not
 * suffice, the stack is moved to a larger place, and the function begins once more: a probe on its
 * first instruction would see one call twice. Behind the comparison, registers and stack pointer
 * are still as the caller left them.
 */
public final class GoPrologue {
  /** The comparison comes first; a few instructions compute how much a large frame needs. */
  private static final int MAX_INSTRUCTIONS = 12;

  /** CMP reg, 16(R14): g.stackguard0, without the byte that tells the register. */
  private static final int AMD64_COMPARE = 0x10663b;

  /** MOVD 16(R28), R16: g.stackguard0. */
  private static final int ARM64_LOAD = 0xf9400b90;

  /** B.LS, the condition of a conditional branch. */
  private static final int ARM64_LOWER_OR_SAME = 9;

  private GoPrologue() {}

  /** Returns the address of the first instruction that runs once a call. */
  public static long entry(Machine machine, Code function) {
    Optional<Decoder> decoder = Decoder.of(machine);
    boolean amd64 = machine.equals(Machine.X86_64);
    boolean compared = false;
    int at = 0;
    for (int i = 0; i < MAX_INSTRUCTIONS && decoder.isPresent(); i++) {
      Optional<Instruction> decoded = decoder.get().decode(function, at);
      if (decoded.isEmpty()) {
        break;
      }
      Instruction each = decoded.get();
      int end = at + each.length();
      if (compared && each.kind() == Kind.BRANCH && (amd64 || lowerOrSame(function, at))) {
        return function.address() + end;
      }
      compared |= amd64 ? comparesStack(function, at, each) : function.i32(at) == ARM64_LOAD;
      at = end;
    }
    return function.address();
  }

  private static boolean comparesStack(Code function, int at, Instruction each) {
    int prefix = function.u8(at);
    return each.length() == 4
        && (prefix == 0x49 || prefix == 0x4d)
        && function.i32(at) >>> 8 == AMD64_COMPARE;
  }

  private static boolean lowerOrSame(Code function, int at) {
    int word = function.i32(at);
    return (word & 0xff000000) == 0x54000000 && (word & 15) == ARM64_LOWER_OR_SAME;
  }
}
