package dev.uprobe.agent.engine.locate;

import dev.uprobe.agent.binary.elf.Function;
import dev.uprobe.agent.process.files.TargetException;
import java.util.List;

/** Finds an instruction by how far it is behind a function's first one. */
final class OffsetResolver {
  private OffsetResolver() {}

  /**
   * @param functions what the probe's symbol stands for
   * @param offset in bytes
   * @param file how messages call the file
   * @throws TargetException when that is not one function which has an instruction there
   */
  static ProbeSite of(List<Function> functions, long offset, String file) throws TargetException {
    Function function = functions.get(0);
    if (functions.stream().anyMatch(each -> each.address() != function.address())) {
      throw new TargetException(
          "An offset belongs to one function, and "
              + functions.size()
              + " functions of "
              + file
              + " have this name; give address instead of symbol and offset");
    }
    if (function.ifunc()) {
      throw new TargetException(
          function.shortName()
              + " of "
              + file
              + " is chosen at start (an ifunc) and has no code of its own; name the"
              + " implementation, or give its address");
    }
    if (function.size() > 0 && offset >= function.size()) {
      throw new TargetException(
          function.shortName()
              + " of "
              + file
              + " has only "
              + function.size()
              + " bytes; give an offset below 0x"
              + Long.toHexString(function.size()));
    }
    return new ProbeSite(
        function.shortName() + "+0x" + Long.toHexString(offset), function.fileOffset() + offset);
  }
}
