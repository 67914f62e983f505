package dev.uprobe.agent.engine.locate;

import dev.uprobe.agent.binary.disasm.Code;
import dev.uprobe.agent.binary.disasm.Probing;
import dev.uprobe.agent.binary.elf.ElfFile;
import dev.uprobe.agent.binary.elf.Function;
import dev.uprobe.agent.binary.functions.CodeRanges;
import dev.uprobe.agent.binary.functions.CodeRanges.Range;
import dev.uprobe.agent.binary.functions.FunctionTable;
import dev.uprobe.agent.process.files.TargetException;
import dev.uprobe.api.v1alpha1.AttachReason;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;

/** The code of a file that is to be probed. */
final class ProbedCode {
  /** The longest instruction of x86-64. */
  private static final int MAX_INSTRUCTION = 15;

  private final ElfFile elf;
  private final FunctionTable functions;
  private Optional<CodeRanges> ranges = Optional.empty();

  ProbedCode(ElfFile elf, FunctionTable functions) {
    this.elf = elf;
    this.functions = functions;
  }

  /** Returns the function that has an instruction at an address, by symbols or unwind data. */
  Optional<Range> range(long address) throws IOException {
    if (ranges.isEmpty()) {
      ranges = Optional.of(functions.ranges());
    }
    return ranges.get().at(address);
  }

  /** Returns the code of a function that a symbol names. */
  Optional<Range> range(Function function) throws IOException {
    return function.size() > 0 && !function.ifunc()
        ? Optional.of(
            new Range(function.address(), (int) Math.min(function.size(), Integer.MAX_VALUE)))
        : range(function.address());
  }

  /** Returns the name of the function that has an instruction at an address. */
  Optional<String> name(long address) throws IOException {
    return functions.at(address).map(Function::shortName);
  }

  Code code(Range range) throws IOException {
    return new Code(range.address(), elf.code(range.address(), range.size()));
  }

  /** Returns why a function's first instruction bears no probe: a clause that follows "begins". */
  Optional<String> problemAtEntry(long address) throws IOException {
    return Probing.problem(elf.machine(), bytes(address), address, true)
        .map(problem -> "with an instruction that " + problem);
  }

  /**
   * Checks that an instruction bears a probe.
   *
   * @param name how messages call the place
   * @throws TargetException with a sentence that says why it does not
   */
  void check(long address, String name) throws IOException {
    Optional<Range> function = range(address);
    Code code = function.isPresent() ? code(function.get()) : bytes(address);
    Optional<String> problem = Probing.problem(elf.machine(), code, address, function.isPresent());
    if (problem.isPresent()) {
      throw new TargetException(
          AttachReason.NOT_SUPPORTED,
          name
              + " of "
              + elf.name()
              + " is an instruction that "
              + problem.get()
              + "; choose another place");
    }
  }

  private Code bytes(long address) throws IOException {
    OptionalLong here = elf.fileOffset(address);
    int length = MAX_INSTRUCTION;
    while (length > 0
        && (here.isEmpty()
            || elf.fileOffset(address + length - 1).orElse(-1) != here.getAsLong() + length - 1)) {
      length--;
    }
    return new Code(address, elf.code(address, length));
  }
}
