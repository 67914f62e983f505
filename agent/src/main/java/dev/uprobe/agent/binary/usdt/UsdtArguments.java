package dev.uprobe.agent.binary.usdt;

import dev.uprobe.agent.binary.elf.Machine;
import dev.uprobe.agent.binary.usdt.UsdtArgument.Constant;
import dev.uprobe.agent.binary.usdt.UsdtArgument.Memory;
import dev.uprobe.agent.binary.usdt.UsdtArgument.Operand;
import dev.uprobe.agent.binary.usdt.UsdtArgument.Register;
import dev.uprobe.agent.binary.usdt.UsdtArgument.Unreadable;
import dev.uprobe.bpf.Structs;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads how a note describes its arguments: {@code SIZE@OPERAND}, the size negative for signed
 * numbers, the operand as the assembler writes it.
 */
public final class UsdtArguments {
  /** MAX_USDT_ARGUMENTS of bpf/usdt.h. */
  public static final int MAX = Structs.UsdtPlace.ARGUMENTS_COUNT;

  private static final Pattern ARGUMENT =
      Pattern.compile("(?:(-?)([1248])(f?)@)?(\\[[^\\]]*+\\]|\\S++)");
  private static final Pattern NUMBER =
      Pattern.compile("[$#]?(-?(?:0x[0-9a-fA-F]{1,16}|\\d{1,19}))");
  private static final Pattern X86_MEMORY =
      Pattern.compile(
          "(-?(?:0x[0-9a-f]{1,8}|\\d{1,10}))?\\((%\\w+)?(?:,(%\\w+)(?:,([1248]))?)?\\)");
  private static final Pattern X86_VARIABLE =
      Pattern.compile("(?:(-?\\d{1,10})\\+)?([A-Za-z_.][\\w.$]*+)([+-]\\d{1,10})?\\(%rip\\)");
  private static final Pattern ARM_MEMORY =
      Pattern.compile("\\[(\\w+)(?:, *#?(-?\\d{1,10})|, *(x\\d+))?\\]");

  private UsdtArguments() {}

  /** The variables of the program, which some arguments name. */
  @FunctionalInterface
  public interface Variables {
    /** Returns how many bytes a variable is from the probe's place; empty for an unknown one. */
    OptionalLong distance(String name) throws IOException;
  }

  /** Returns the arguments in order. */
  public static List<UsdtArgument> parse(Machine machine, String text, Variables variables)
      throws IOException {
    List<UsdtArgument> found = new ArrayList<>();
    Matcher each = ARGUMENT.matcher(text);
    while (found.size() < MAX && each.find()) {
      boolean isSized = each.group(2) != null;
      boolean isFloat = isSized && !each.group(3).isEmpty();
      Operand operand =
          isFloat
              ? new Unreadable(each.group(4))
              : (machine.equals(Machine.AARCH64)
                      ? arm64(each.group(4))
                      : x86(each.group(4), variables))
                  .orElse(new Unreadable(each.group(4)));
      int bytes = isSized ? Integer.parseInt(each.group(2)) : Long.BYTES;
      found.add(new UsdtArgument(bytes, isSized && !each.group(1).isEmpty(), operand));
    }
    return found;
  }

  private static Optional<Operand> x86(String text, Variables variables) throws IOException {
    Matcher number = NUMBER.matcher(text);
    if (text.startsWith("$") && number.matches()) {
      return constant(number.group(1));
    }
    if (text.startsWith("%")) {
      OptionalInt register = UsdtRegisters.x86(text.substring(1));
      return register.isPresent()
          ? Optional.of(new Register(register.getAsInt()))
          : Optional.empty();
    }
    Matcher variable = X86_VARIABLE.matcher(text);
    if (variable.matches()) {
      return variable(variable, variables);
    }
    Matcher memory = X86_MEMORY.matcher(text);
    if (!memory.matches() || memory.group(2) == null) {
      return Optional.empty();
    }
    OptionalInt base = UsdtRegisters.x86(memory.group(2).substring(1));
    boolean hasIndex = memory.group(3) != null;
    OptionalInt index =
        hasIndex ? UsdtRegisters.x86(memory.group(3).substring(1)) : OptionalInt.of(0);
    if (base.isEmpty() || index.isEmpty()) {
      return Optional.empty();
    }
    int scale = !hasIndex ? 0 : memory.group(4) == null ? 1 : Integer.parseInt(memory.group(4));
    long displacement = memory.group(1) == null ? 0 : Long.decode(memory.group(1));
    return Optional.of(new Memory(base.getAsInt(), index.getAsInt(), scale, displacement));
  }

  private static Optional<Operand> variable(Matcher operand, Variables variables)
      throws IOException {
    OptionalLong distance = variables.distance(operand.group(2));
    return distance.isPresent()
        ? Optional.of(
            new Memory(
                UsdtRegisters.X86_INSTRUCTION,
                0,
                0,
                distance.getAsLong() + number(operand.group(1)) + number(operand.group(3))))
        : Optional.empty();
  }

  private static long number(String text) {
    return text == null ? 0 : Long.parseLong(text);
  }

  private static Optional<Operand> arm64(String text) {
    Matcher number = NUMBER.matcher(text);
    if (number.matches()) {
      return constant(number.group(1));
    }
    Matcher memory = ARM_MEMORY.matcher(text);
    if (memory.matches()) {
      OptionalInt base = UsdtRegisters.arm64(memory.group(1));
      boolean hasIndex = memory.group(3) != null;
      OptionalInt index = hasIndex ? UsdtRegisters.arm64(memory.group(3)) : OptionalInt.of(0);
      long displacement = memory.group(2) == null ? 0 : Long.parseLong(memory.group(2));
      return base.isPresent() && index.isPresent()
          ? Optional.of(
              new Memory(base.getAsInt(), index.getAsInt(), hasIndex ? 1 : 0, displacement))
          : Optional.empty();
    }
    OptionalInt register = UsdtRegisters.arm64(text);
    return register.isPresent() ? Optional.of(new Register(register.getAsInt())) : Optional.empty();
  }

  private static Optional<Operand> constant(String text) {
    try {
      long number =
          text.startsWith("0x") ? Long.parseUnsignedLong(text.substring(2), 16) : Long.decode(text);
      return Optional.of(new Constant(number));
    } catch (NumberFormatException e) {
      // Beyond 64 bits.
      return Optional.empty();
    }
  }
}
