package dev.uprobe.agent.engine.locate;

import dev.uprobe.agent.binary.disasm.FunctionCode;
import dev.uprobe.agent.binary.disasm.FunctionCode.Computed;
import dev.uprobe.agent.binary.disasm.FunctionCode.UnknownCodeException;
import dev.uprobe.agent.binary.elf.ElfFile;
import dev.uprobe.agent.binary.functions.CodeRanges.Range;
import dev.uprobe.api.v1alpha1.ReturnProbe;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Finds out how a file's functions are left.
 *
 * <p>A uretprobe replaces the return address on the stack. What unwinds or leaves that stack then
 * breaks: exceptions, panics, coroutines, goroutines. So only a function that surely hands control
 * to nobody else has one. Of all others, the instructions are probed by which they are left: return
 * instructions, those of functions that they jump to (<i>tail calls</i>) included, and jumps that
 * lead out of the file.
 *
 * <p>Used for one probe on one file.
 */
final class FunctionReturns {
  /** Of all functions that one probe names; the largest libraries have about 150 MiB of code. */
  private static final long MAX_CODE = 512L << 20;

  /** How many functions one may be followed into. */
  private static final int MAX_FOLLOWED = 64;

  private static final int MAX_EXITS = 65_536;

  /** Each of them is asked at each return of a function that they share. */
  private static final int MAX_SHARING = 32;

  /** Functions that are looked at to see that one hands control to nobody else. */
  private static final int MAX_CLOSED = 64;

  private final ElfFile elf;
  private final ProbedCode code;
  private final int maxSharing;
  private final Map<Long, Optional<FunctionCode>> read = new HashMap<>();
  private final Map<Long, String> unknown = new HashMap<>();
  private final Map<Long, Boolean> closed = new HashMap<>();
  private final Map<Long, Integer> sharing = new HashMap<>();
  private final JumpTargets targets;
  private long codeLeft = MAX_CODE;

  FunctionReturns(ElfFile elf, ProbedCode code) {
    this(elf, code, MAX_SHARING);
  }

  /**
   * @param maxSharing how many functions may be followed into the same one
   */
  FunctionReturns(ElfFile elf, ProbedCode code, int maxSharing) {
    this.elf = elf;
    this.code = code;
    this.maxSharing = maxSharing;
    this.targets = new JumpTargets(elf, code);
  }

  /** Why the returns of a function cannot be probed. */
  static final class UnseenReturnException extends Exception {
    private static final long serialVersionUID = 1L;

    UnseenReturnException(String message) {
      super(message);
    }
  }

  /** Code that a function runs, from its own on to that of functions which it jumps to. */
  private record Reached(Range range, FunctionCode code) {}

  /** The exits of a function, and the jumps back to its beginning. */
  private record Found(List<Exit> exits, List<Exit> repeats) {}

  /** How a function is left, and begins once more. */
  record Leaving(ReturnMode returns, List<Exit> repeats) {}

  /**
   * Finds out how a function is left.
   *
   * @param function its code
   * @param entry the address of the instruction at which it is probed
   * @param go whether it is a function of Go, which never has a uretprobe
   * @param asked how the user wants its returns to be seen
   * @throws UnseenReturnException when it may return unseen; its message is a clause that follows
   *     the function's name
   */
  Leaving of(Range function, long entry, boolean go, ReturnProbe asked)
      throws IOException, UnseenReturnException {
    if (asked == ReturnProbe.TRAMPOLINE && !go) {
      return new Leaving(new ReturnMode.Trampoline(), List.of());
    }
    Found found = find(function, entry, go);
    // At each round of a loop back to its entry, the kernel would expect one more return.
    if (asked == ReturnProbe.AUTO && !go && found.repeats().isEmpty() && isClosed(function)) {
      return new Leaving(new ReturnMode.Trampoline(), found.repeats());
    }
    if (found.exits().isEmpty()) {
      throw new UnseenReturnException("never returns");
    }
    return new Leaving(new ReturnMode.Instructions(found.exits()), found.repeats());
  }

  /** Finds the jumps by which a function begins once more; none where its code is not known. */
  List<Exit> repeats(Range function, long entry, boolean go) throws IOException {
    try {
      return find(function, entry, go).repeats();
    } catch (UnseenReturnException e) {
      // It is not asked how the function is left.
      return List.of();
    }
  }

  private Found find(Range function, long entry, boolean go)
      throws IOException, UnseenReturnException {
    FunctionCode own = read(function, go);
    List<Reached> reached = new ArrayList<>(List.of(new Reached(function, own)));
    Found found = new Found(new ArrayList<>(), new ArrayList<>());
    for (int i = 0; i < reached.size(); i++) {
      Reached each = reached.get(i);
      boolean isShared = i > 0;
      for (long address : each.code().returns()) {
        found.exits().add(new Exit(offset(address), isShared));
      }
      for (FunctionCode.Jump jump : each.code().back()) {
        addRepeat(jump, entry, isShared, found);
      }
      for (FunctionCode.Jump jump : each.code().jumps()) {
        if (jump.target().isPresent() && function.contains(jump.target().getAsLong())) {
          addRepeat(jump, entry, isShared, found);
        } else if (!follows(jump, reached, go)) {
          found.exits().add(exit(jump, each.range(), isShared, reached, go));
        }
      }
      if (found.exits().size() > MAX_EXITS) {
        throw new UnseenReturnException("is left by more than " + MAX_EXITS + " instructions");
      }
    }
    return found;
  }

  private void addRepeat(FunctionCode.Jump jump, long entry, boolean isShared, Found found) {
    if (jump.target().getAsLong() == entry) {
      found
          .repeats()
          .add(
              new Exit(
                  offset(jump.address()),
                  isShared,
                  Optional.of(new Jump(jump.condition(), "", Optional.empty()))));
    }
  }

  private FunctionCode read(Range range, boolean go) throws IOException, UnseenReturnException {
    Optional<FunctionCode> known = read.get(range.address());
    if (known == null) {
      known = readCode(range, go);
      read.put(range.address(), known);
    }
    if (known.isEmpty()) {
      throw new UnseenReturnException(unknown.get(range.address()));
    }
    return known.get();
  }

  private Optional<FunctionCode> readCode(Range range, boolean go) throws IOException {
    if (range.size() > Math.min(ElfFile.MAX_CODE, codeLeft)) {
      unknown.put(range.address(), "has too much code to analyze");
      return Optional.empty();
    }
    codeLeft -= range.size();
    try {
      return Optional.of(FunctionCode.read(elf.machine(), code.code(range), go));
    } catch (UnknownCodeException e) {
      unknown.put(range.address(), e.getMessage());
      return Optional.empty();
    }
  }

  /** Follows a jump to a function of the same file, if it leads to one. */
  private boolean follows(FunctionCode.Jump jump, List<Reached> reached, boolean go)
      throws IOException {
    if (jump.target().isEmpty()) {
      return false;
    }
    Optional<Range> target = targets.own(jump.target().getAsLong());
    return target.isPresent() && reach(target.get(), reached, go);
  }

  /** Adds a function to those that are reached; false where that would be too many. */
  private boolean reach(Range target, List<Reached> reached, boolean go) throws IOException {
    if (reached.stream().anyMatch(each -> each.range().equals(target))) {
      return true;
    }
    if (reached.size() == MAX_FOLLOWED || sharing.getOrDefault(target.address(), 0) >= maxSharing) {
      return false;
    }
    Optional<FunctionCode> read = readIfKnown(target, go);
    if (read.isEmpty()) {
      return false;
    }
    reached.add(new Reached(target, read.get()));
    sharing.merge(target.address(), 1, Integer::sum);
    return true;
  }

  /**
   * A jump by which a function leaves, or may leave. One through a slot mostly leads to the file's
   * own function of that name, which is followed then; the slot tells at run time.
   */
  private Exit exit(
      FunctionCode.Jump jump, Range range, boolean isShared, List<Reached> reached, boolean go)
      throws IOException {
    OptionalLong slot = targets.slot(jump);
    Optional<Range> own = targets.own(slot).filter(found -> !found.equals(reached.get(0).range()));
    Optional<Jump.Within> within = Optional.empty();
    if (jump.computed().isPresent()) {
      within = Optional.of(within(jump, jump.computed().get(), range));
    } else if (own.isPresent() && reach(own.get(), reached, go)) {
      within =
          Optional.of(
              within(
                  jump,
                  Computed.at(elf.machine(), (int) (slot.getAsLong() - jump.address())),
                  own.get()));
    }
    String reason =
        "left by a jump to " + targets.name(jump) + ", a tail call whose return is not seen";
    return new Exit(
        offset(jump.address()), isShared, Optional.of(new Jump(jump.condition(), reason, within)));
  }

  private static Jump.Within within(FunctionCode.Jump jump, Computed target, Range range) {
    return new Jump.Within(target, (int) (range.address() - jump.address()), range.size());
  }

  /** Whether a function runs code of this file only, all of which is known, on its own stack. */
  private boolean isClosed(Range function) throws IOException {
    Boolean known = closed.get(function.address());
    if (known == null) {
      known = findClosed(function);
      closed.put(function.address(), known);
    }
    return known;
  }

  private boolean findClosed(Range function) throws IOException {
    Set<Range> reached = new LinkedHashSet<>(List.of(function));
    Deque<Range> waiting = new ArrayDeque<>(reached);
    while (!waiting.isEmpty()) {
      Range each = waiting.remove();
      Optional<FunctionCode> read = readIfKnown(each, false);
      boolean isOpen =
          read.isEmpty()
              || !read.get().isClosed()
              || Boolean.FALSE.equals(closed.get(each.address()))
              || reached.size() > MAX_CLOSED;
      if (isOpen) {
        return false;
      }
      Set<Long> next = new LinkedHashSet<>(read.get().calls());
      for (FunctionCode.Jump jump : read.get().jumps()) {
        next.add(jump.target().orElseThrow());
      }
      for (long address : next) {
        Optional<Range> range = targets.own(address);
        if (range.isEmpty()) {
          return false;
        }
        if (reached.add(range.get())) {
          waiting.add(range.get());
        }
      }
    }
    return true;
  }

  private Optional<FunctionCode> readIfKnown(Range range, boolean go) throws IOException {
    try {
      return Optional.of(read(range, go));
    } catch (UnseenReturnException e) {
      return Optional.empty();
    }
  }

  private long offset(long address) {
    return elf.fileOffset(address).orElseThrow();
  }
}
