package dev.uprobe.agent.engine.locate;

import dev.uprobe.agent.binary.disasm.Code;
import dev.uprobe.agent.binary.disasm.GoPrologue;
import dev.uprobe.agent.binary.elf.ElfFile;
import dev.uprobe.agent.binary.elf.Function;
import dev.uprobe.agent.binary.gotable.GoFunctions;
import dev.uprobe.language.text.NearestNames;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * The code of Go in a file.
 *
 * @param table of its functions; empty where it is one that is not known here
 */
record GoCode(ElfFile elf, Optional<GoFunctions> table) {
  /** A prologue's comparison of the stack is at its beginning. */
  private static final long PROLOGUE = 64;

  private static final int NEAREST = 3;

  /** Returns the code of a Go program, or of a file that has parts in Go; empty for others. */
  static Optional<GoCode> of(ElfFile elf) throws IOException {
    return GoFunctions.isGo(elf)
        ? Optional.of(new GoCode(elf, GoFunctions.of(elf)))
        : Optional.empty();
  }

  List<Function> find(String name) throws IOException {
    return table.isPresent() ? table.get().find(name) : List.of();
  }

  Optional<Function> at(long address) throws IOException {
    return table.isPresent() ? table.get().at(address) : Optional.empty();
  }

  List<String> nearest(String name) throws IOException {
    return NearestNames.nearest(name, find("*").stream().map(Function::name).toList(), NEAREST);
  }

  /** Without a table, any function may be Go's. */
  boolean contains(Function function) {
    return table.isEmpty() || table.get().contains(function.address());
  }

  /** Returns whether it is known where functions have their arguments and results. */
  boolean usesRegisters() {
    return table.filter(GoFunctions::usesRegisters).isPresent();
  }

  boolean isAssembly(Function function) throws IOException {
    return table.isPresent() && table.get().isAssembly(function.address());
  }

  /** Returns where in the file a function is surely entered once a call. */
  long entry(Function function) throws IOException {
    if (function.size() <= 0) {
      return function.fileOffset();
    }
    int length = (int) Math.min(PROLOGUE, function.size());
    Code code = new Code(function.address(), elf.code(function.address(), length));
    return function.fileOffset() + GoPrologue.entry(elf.machine(), code) - function.address();
  }
}
