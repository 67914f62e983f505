package dev.uprobe.agent.binary.usdt;

import dev.uprobe.agent.binary.disasm.Registers;
import dev.uprobe.agent.binary.elf.Machine;
import dev.uprobe.bpf.Constants;
import java.util.Map;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Registers by the names of their parts, as offsets into the context that programs get. */
final class UsdtRegisters {
  private static final Map<String, Integer> X86 =
      Map.ofEntries(
          Map.entry("bx", Constants.X86_BX),
          Map.entry("bp", Constants.X86_BP),
          Map.entry("ax", Constants.X86_AX),
          Map.entry("cx", Constants.X86_CX),
          Map.entry("dx", Constants.X86_DX),
          Map.entry("si", Constants.X86_SI),
          Map.entry("di", Constants.X86_DI),
          Map.entry("sp", Constants.X86_SP));

  /** Where the instruction is that is probed. */
  static final int X86_INSTRUCTION = Constants.X86_IP;

  private static final Pattern LOW_BYTE = Pattern.compile("([abcd])l|(si|di|bp|sp)l");
  private static final Pattern NUMBERED = Pattern.compile("r(8|9|1[0-5])[dwb]?");
  private static final Pattern ARM64 = Pattern.compile("[xw](\\d|[12]\\d|30)");

  private UsdtRegisters() {}

  static OptionalInt x86(String name) {
    Matcher numbered = NUMBERED.matcher(name);
    if (numbered.matches()) {
      return OptionalInt.of(Registers.offset(Machine.X86_64, Integer.parseInt(numbered.group(1))));
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
      return OptionalInt.of(Constants.ARM64_SP);
    }
    Matcher numbered = ARM64.matcher(name);
    return numbered.matches()
        ? OptionalInt.of(Integer.parseInt(numbered.group(1)) * Long.BYTES)
        : OptionalInt.empty();
  }
}
