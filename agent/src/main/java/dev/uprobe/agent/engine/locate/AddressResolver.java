package dev.uprobe.agent.engine.locate;

import dev.uprobe.agent.binary.elf.ElfException;
import dev.uprobe.agent.binary.elf.ElfFile;
import dev.uprobe.agent.binary.elf.Function;
import dev.uprobe.api.v1alpha1.ProbeType;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Finds an instruction by its address.
 *
 * @param function the one around it, where its name is known
 */
record AddressResolver(ElfFile elf, Optional<Function> function) {

  /**
   * @param address before any load bias, as symbol tables have it
   * @throws IOException with a sentence that names the file
   */
  ProbeSite find(long address, ProbeType type) throws IOException {
    String text = "0x" + Long.toHexString(address);
    OptionalLong offset = elf.fileOffset(address);
    if (offset.isEmpty()) {
      throw new ElfException(
          elf.name(),
          "has no code at address "
              + text
              + "; give an address as `nm` and `objdump -d` show it, before the file is loaded");
    }
    // A return probe changes what it finds on top of the stack: only at a function's first
    // instruction is that a return address.
    if (type != ProbeType.ENTRY && function.filter(each -> each.address() == address).isEmpty()) {
      throw new ElfException(
          elf.name(),
          "names no function that begins at address "
              + text
              + ", and a return probe elsewhere would break the program; use type: Entry");
    }
    return new ProbeSite(
        function.map(each -> named(each, address)).orElse(text), offset.getAsLong());
  }

  private static String named(Function function, long address) {
    long inside = address - function.address();
    return function.shortName() + (inside == 0 ? "" : "+0x" + Long.toHexString(inside));
  }
}
