package dev.uprobe.agent.trace;

import dev.uprobe.agent.elf.ElfFile;
import dev.uprobe.agent.elf.Function;
import dev.uprobe.agent.elf.GoFunctions;
import dev.uprobe.agent.instructions.Code;
import dev.uprobe.agent.instructions.GoPrologue;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * The functions of Go in a file.
 *
 * @param functions the table of those
 */
record GoCode(ElfFile elf, GoFunctions functions) {
  /** A prologue's comparison of the stack is at its beginning. */
  private static final long PROLOGUE = 64;

  static Optional<GoCode> of(ElfFile elf) throws IOException {
    Optional<GoFunctions> functions = GoFunctions.of(elf);
    return functions.map(found -> new GoCode(elf, found));
  }

  List<Function> find(String name) throws IOException {
    return functions.find(name);
  }

  boolean contains(Function function) {
    return functions.contains(function.address());
  }

  boolean isAssembly(Function function) throws IOException {
    return functions.isAssembly(function.address());
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
