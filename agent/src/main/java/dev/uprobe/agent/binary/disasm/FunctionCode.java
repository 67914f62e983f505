package dev.uprobe.agent.binary.disasm;

import dev.uprobe.agent.binary.disasm.Instruction.Kind;
import dev.uprobe.agent.binary.disasm.Instruction.Memory;
import dev.uprobe.agent.binary.elf.Machine;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What the code of a function does with the flow of control: where it returns, where it jumps to,
 * and whom it calls. It is read once, from its first byte to its last.
 *
 * @param returns the addresses of its return instructions
 * @param jumps those that leave this code, or may
 * @param back jumps to one of its first instructions
 * @param calls whom it calls, apart from itself
 * @param isClosed whether it hands control to nobody but these: it has no other call, enters the
 *     kernel nowhere, and stays on its stack
 */
public record FunctionCode(
    List<Long> returns, List<Jump> jumps, List<Jump> back, Set<Long> calls, boolean isClosed) {
  /** Where a function of Go may begin: behind the comparison of its stack. */
  private static final int BEGINNING = 64;

  /** Of large generated functions, thousands; far below what one link takes. */
  static final int MAX_RETURNS = 65_536;

  public FunctionCode {
    returns = List.copyOf(returns);
    jumps = List.copyOf(jumps);
    back = List.copyOf(back);
    calls = Set.copyOf(calls);
  }

  /**
   * A jump.
   *
   * @param address of the instruction
   * @param condition when it is taken, as {@code bpf/jumps.h} has it; 0 for always
   * @param target where it leads to; empty where that is only known when it runs
   * @param slot where in the file's data the target is read; empty where it is not at a known place
   * @param computed how the target is found, where it may as well be inside of this code
   */
  public record Jump(
      long address,
      int condition,
      OptionalLong target,
      OptionalLong slot,
      Optional<Computed> computed) {}

  /**
   * An address from registers: what they hold, or where it is in memory.
   *
   * @param isMemory whether the memory at the address has the target
   * @param base a register, as an offset into the context of a program of BPF
   * @param index another one, which is multiplied with the scale; scale 0 where there is none
   */
  public record Computed(boolean isMemory, int base, int index, int scale, int displacement) {

    /** The target that is in memory, so far from the jump. */
    public static Computed at(Machine machine, int distance) {
      return new Computed(true, Registers.instructionPointer(machine), 0, 0, distance);
    }
  }

  /** Code that is not understood; the message is a clause that follows the function's name. */
  public static final class UnknownCodeException extends Exception {
    private static final long serialVersionUID = 1L;

    UnknownCodeException(String message) {
      super(message);
    }
  }

  /**
   * Reads the code of a function.
   *
   * @param go whether its compiler uses jumps by registers for tables only, as Go's does
   */
  public static FunctionCode read(Machine machine, Code code, boolean go)
      throws UnknownCodeException {
    Optional<Decoder> decoder = Decoder.of(machine);
    if (decoder.isEmpty()) {
      throw new UnknownCodeException("is for a processor whose instructions are not known here");
    }
    Reading reading = new Reading(code, machine, go);
    Optional<Instruction> previous = Optional.empty();
    for (int at = 0; at < code.length(); ) {
      Optional<Instruction> decoded = decoder.get().decode(code, at);
      if (decoded.isEmpty()) {
        throw new UnknownCodeException(
            "has bytes that are not instructions at 0x" + Long.toHexString(code.address() + at));
      }
      reading.add(decoded.get(), at, previous);
      previous = decoded;
      at += decoded.get().length();
    }
    return new FunctionCode(
        reading.returns, reading.jumps, reading.back, reading.calls, reading.closed);
  }

  /** One pass over the code. */
  private static final class Reading {
    private final Code code;
    private final Machine machine;
    private final boolean go;
    private final List<Long> returns = new ArrayList<>();
    private final List<Jump> jumps = new ArrayList<>();
    private final List<Jump> back = new ArrayList<>();
    private final Set<Long> calls = new LinkedHashSet<>();
    private boolean closed = true;

    Reading(Code code, Machine machine, boolean go) {
      this.code = code;
      this.machine = machine;
      this.go = go;
    }

    void add(Instruction each, int at, Optional<Instruction> previous) throws UnknownCodeException {
      switch (each.kind()) {
        case RETURN -> addReturn(code.address() + at);
        case JUMP, BRANCH -> addJump(each, at);
        case REGISTER_JUMP -> {
          if (!go && !isTable(each, previous)) {
            addComputed(each, at);
          }
        }
        case MEMORY_JUMP -> {
          if (!go) {
            addComputed(each, at);
          }
        }
        case CALL -> {
          if (!code.contains(each.value())) {
            calls.add(each.value());
          }
        }
        case INDIRECT_CALL, SYSTEM_CALL -> closed = false;
        case TABLE_JUMP, ADDITION, OTHER -> closed &= !StackSwitch.is(machine, code, at, each);
      }
    }

    private void addReturn(long address) throws UnknownCodeException {
      returns.add(address);
      if (returns.size() > MAX_RETURNS) {
        throw new UnknownCodeException("has more than " + MAX_RETURNS + " return instructions");
      }
    }

    private void addJump(Instruction each, int at) throws UnknownCodeException {
      long target = each.value();
      boolean inside = code.contains(target);
      if (inside && target - code.address() >= BEGINNING) {
        return;
      }
      if (each.condition() == Instruction.UNKNOWN && (!inside || target == code.address())) {
        throw new UnknownCodeException(
            "jumps by a counting instruction at 0x" + Long.toHexString(code.address() + at));
      }
      Jump jump =
          new Jump(
              code.address() + at,
              each.condition(),
              OptionalLong.of(target),
              OptionalLong.empty(),
              Optional.empty());
      (inside ? back : jumps).add(jump);
    }

    /** A jump by a table of distances adds the table's address first. */
    private static boolean isTable(Instruction each, Optional<Instruction> previous) {
      return previous
          .filter(before -> before.kind() == Kind.ADDITION && before.value() == each.value())
          .isPresent();
    }

    private void addComputed(Instruction each, int at) {
      closed = false;
      Memory memory = each.memory();
      boolean isSlot = memory.base() == Memory.INSTRUCTION_POINTER;
      boolean isMember = !isSlot && memory.base() != Memory.NO_REGISTER;
      boolean mayStay =
          each.kind() == Kind.REGISTER_JUMP
              || !isSlot && !(isMember && memory.index() == Memory.NO_REGISTER);
      OptionalLong slot =
          isSlot
              ? OptionalLong.of(code.address() + at + each.length() + memory.displacement())
              : OptionalLong.empty();
      jumps.add(
          new Jump(
              code.address() + at,
              Instruction.ALWAYS,
              OptionalLong.empty(),
              slot,
              mayStay ? Optional.of(computed(each)) : Optional.empty()));
    }

    private Computed computed(Instruction each) {
      if (each.kind() == Kind.REGISTER_JUMP) {
        return new Computed(false, Registers.offset(machine, (int) each.value()), 0, 0, 0);
      }
      Memory memory = each.memory();
      boolean hasIndex = memory.index() != Memory.NO_REGISTER;
      return new Computed(
          true,
          memory.base() == Memory.NO_REGISTER
              ? Registers.NONE
              : Registers.offset(machine, memory.base()),
          hasIndex ? Registers.offset(machine, memory.index()) : 0,
          hasIndex ? memory.scale() : 0,
          memory.displacement());
    }
  }
}
