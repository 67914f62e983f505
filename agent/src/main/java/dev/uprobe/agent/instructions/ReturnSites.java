package dev.uprobe.agent.instructions;

import dev.uprobe.agent.elf.Machine;
import dev.uprobe.agent.instructions.Instruction.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Finds every instruction by which a function returns, so that a probe on each sees all returns
 * without changing the stack.
 */
public final class ReturnSites {
  /** Compilers split a function into two; hostile files may go on and on. */
  private static final int MAX_PARTS = 8;

  /** Of large generated functions, thousands; far below what one link takes. */
  private static final int MAX_RETURNS = 65_536;

  private final Decoder decoder;
  private final Parts parts;
  private final boolean jumpsByRegisterStay;

  /** The other parts of a function, which compilers move away from it. */
  @FunctionalInterface
  public interface Parts {
    /** Returns the part that has an instruction at an address; empty where that is not a part. */
    Optional<Code> at(long address);
  }

  private ReturnSites(Decoder decoder, Parts parts, boolean jumpsByRegisterStay) {
    this.decoder = decoder;
    this.parts = parts;
    this.jumpsByRegisterStay = jumpsByRegisterStay;
  }

  /** What was found. */
  public sealed interface Result {}

  /**
   * All returns of the function.
   *
   * @param addresses may be empty: of a function that never returns
   */
  public record Found(List<Long> addresses) implements Result {
    public Found {
      addresses = List.copyOf(addresses);
    }
  }

  /**
   * The function may leave unseen.
   *
   * @param reason a clause that follows the function's name
   */
  public record Unknown(String reason) implements Result {}

  /**
   * Looks for the returns of a function.
   *
   * @param parts where it may jump to beside its own code
   * @param jumpsByRegisterStay whether the compiler uses those for tables only, as Go's does
   */
  public static Result find(
      Machine machine, Code function, Parts parts, boolean jumpsByRegisterStay) {
    Optional<Decoder> decoder = Decoder.of(machine);
    return decoder.isEmpty()
        ? new Unknown("is for a processor whose instructions are not known here")
        : new ReturnSites(decoder.get(), parts, jumpsByRegisterStay).find(function);
  }

  private Result find(Code function) {
    List<Code> seen = new ArrayList<>(List.of(function));
    Deque<Code> waiting = new ArrayDeque<>(seen);
    List<Long> returns = new ArrayList<>();
    while (!waiting.isEmpty()) {
      Optional<String> problem = look(waiting.remove(), seen, waiting, returns);
      if (problem.isPresent()) {
        return new Unknown(problem.get());
      }
    }
    return new Found(returns);
  }

  private Optional<String> look(
      Code code, List<Code> seen, Deque<Code> waiting, List<Long> returns) {
    Optional<Instruction> previous = Optional.empty();
    int at = 0;
    while (at < code.length()) {
      Optional<Instruction> decoded = decoder.decode(code, at);
      if (decoded.isEmpty()) {
        return Optional.of("has bytes that are no instructions at 0x" + hex(code.address() + at));
      }
      Instruction each = decoded.get();
      if (each.kind() == Kind.RETURN) {
        returns.add(code.address() + at);
        if (returns.size() > MAX_RETURNS) {
          return Optional.of("has more than " + MAX_RETURNS + " return instructions");
        }
      } else if (leaves(each, previous)) {
        return Optional.of("jumps to an address that is only known when it runs");
      } else if (jumps(each) && !follow(each.value(), seen, waiting)) {
        return Optional.of(
            "may leave by a jump to another function (a tail call, at 0x"
                + hex(code.address() + at)
                + ")");
      }
      previous = decoded;
      at += each.length();
    }
    return Optional.empty();
  }

  private static boolean jumps(Instruction each) {
    return each.kind() == Kind.JUMP || each.kind() == Kind.BRANCH;
  }

  /** A jump by a table of distances adds the table's address first. */
  private boolean leaves(Instruction each, Optional<Instruction> previous) {
    return switch (each.kind()) {
      case MEMORY_JUMP -> !jumpsByRegisterStay;
      case REGISTER_JUMP ->
          !jumpsByRegisterStay
              && previous
                  .filter(before -> before.kind() == Kind.ADDITION)
                  .filter(before -> before.value() == each.value())
                  .isEmpty();
      default -> false;
    };
  }

  private boolean follow(long target, List<Code> seen, Deque<Code> waiting) {
    if (seen.stream().anyMatch(each -> each.contains(target))) {
      return true;
    }
    Optional<Code> part = seen.size() < MAX_PARTS ? parts.at(target) : Optional.empty();
    part.ifPresent(
        found -> {
          seen.add(found);
          waiting.add(found);
        });
    return part.isPresent();
  }

  private static String hex(long address) {
    return Long.toHexString(address);
  }
}
