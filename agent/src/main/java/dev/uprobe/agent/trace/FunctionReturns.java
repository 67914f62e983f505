package dev.uprobe.agent.trace;

import dev.uprobe.agent.attach.Returns;
import dev.uprobe.agent.elf.ElfFile;
import dev.uprobe.agent.elf.Function;
import dev.uprobe.agent.elf.FunctionTable;
import dev.uprobe.agent.instructions.Code;
import dev.uprobe.agent.instructions.ReturnSites;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Finds the return instructions of a file's functions, for functions that a uretprobe would break:
 * exceptions and panics do not pass one, and a stack of Go does not hold one.
 */
final class FunctionReturns {
  /** Of all functions that one probe names; the largest libraries have about 150 MiB of code. */
  private static final long MAX_CODE = 512L << 20;

  private final ElfFile elf;
  private final FunctionTable functions;
  private Optional<TreeMap<Long, Function>> coldParts = Optional.empty();
  private long codeLeft = MAX_CODE;

  FunctionReturns(ElfFile elf, FunctionTable functions) {
    this.elf = elf;
    this.functions = functions;
  }

  /** Why the returns of a function cannot be probed. */
  static final class UnseenReturnException extends Exception {
    private static final long serialVersionUID = 1L;

    UnseenReturnException(String message) {
      super(message);
    }
  }

  /**
   * Finds the return instructions of a function.
   *
   * @throws UnseenReturnException when it may return unseen, with a clause that names it
   */
  Returns of(Function function, boolean go) throws IOException, UnseenReturnException {
    if (function.size() <= 0) {
      throw new UnseenReturnException(function.name() + " has no known length");
    }
    if (function.size() > Math.min(ElfFile.MAX_CODE, codeLeft)) {
      throw new UnseenReturnException(function.name() + " has too much code to look through");
    }
    ReturnSites.Result result;
    try {
      result =
          ReturnSites.find(elf.machine(), code(function), address -> cold(function, address), go);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    if (result instanceof ReturnSites.Unknown unknown) {
      throw new UnseenReturnException(function.name() + " " + unknown.reason());
    }
    List<Long> offsets = new ArrayList<>();
    for (long address : ((ReturnSites.Found) result).addresses()) {
      offsets.add(elf.fileOffset(address).orElseThrow());
    }
    if (offsets.isEmpty()) {
      throw new UnseenReturnException(function.name() + " has no return instruction");
    }
    return new Returns.Instructions(offsets);
  }

  private Code code(Function function) throws IOException {
    codeLeft -= function.size();
    return new Code(function.address(), elf.code(function.address(), (int) function.size()));
  }

  private Optional<Code> cold(Function function, long address) {
    try {
      Map.Entry<Long, Function> below = coldParts().floorEntry(address);
      boolean own =
          below != null
              && below.getValue().name().startsWith(function.name() + FunctionTable.COLD)
              && address - below.getKey() < below.getValue().size()
              && below.getValue().size() <= Math.min(ElfFile.MAX_CODE, codeLeft);
      return own ? Optional.of(code(below.getValue())) : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private TreeMap<Long, Function> coldParts() throws IOException {
    if (coldParts.isEmpty()) {
      TreeMap<Long, Function> found = new TreeMap<>();
      functions.coldParts().forEach(each -> found.put(each.address(), each));
      coldParts = Optional.of(found);
    }
    return coldParts.get();
  }
}
