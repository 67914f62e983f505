package dev.uprobe.agent.binary.usdt;

import java.util.Map;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Registers by the names of their parts, as offsets into the context that programs get. */
final class UsdtRegisters {
  /** struct pt_regs of arch/x86/include/asm/ptrace.h. */
  private static final Map<String, Integer> X86 =
      Map.ofEntries(
          Map.entry("bx", 40),
          Map.entry("bp", 32),
          Map.entry("ax", 80),
          Map.entry("cx", 88),
          Map.entry("dx", 96),
          Map.entry("si", 104),
          Map.entry("di", 112),
          Map.entry("sp", 152));

  /** Where the instruction is that is probed. */
  static final int X86_INSTRUCTION = 128;

  private static final Pattern LOW_BYTE = Pattern.compile("([abcd])l|(si|di|bp|sp)l");
  private static final Pattern NUMBERED = Pattern.compile("r(8|9|1[0-5])[dwb]?");
  private static final int[] FROM_R8 = {72, 64, 56, 48, 24, 16, 8, 0};

  private static final Pattern ARM64 = Pattern.compile("[xw](\\d|[12]\\d|30)");
  private static final int ARM64_STACK_POINTER = 248;

  private UsdtRegisters() {}

  static OptionalInt x86(String name) {
    Matcher numbered = NUMBERED.matcher(name);
    if (numbered.matches()) {
      return OptionalInt.of(FROM_R8[Integer.parseInt(numbered.group(1)) - 8]);
    }
    Matcher low = LOW_BYTE.matcher(name);
    String word =
        !low.matches()
            ? name.replaceFirst("^[re]", "")
            : low.group(1) != null ? low.group(1) + "x" : low.group(2);
    return X86.containsKey(word) ? OptionalInt.of(X86.get(word)) : OptionalInt.empty();
  }

  static OptionalInt arm64(String name) {
    if (name.equals("sp")) {
      return OptionalInt.of(ARM64_STACK_POINTER);
    }
    Matcher numbered = ARM64.matcher(name);
    return numbered.matches()
        ? OptionalInt.of(Integer.parseInt(numbered.group(1)) * Long.BYTES)
        : OptionalInt.empty();
  }
}
