package dev.uprobe.agent.binary.dwarf;

import dev.uprobe.agent.binary.elf.DebugFiles;
import dev.uprobe.agent.binary.elf.DebugInfo;
import dev.uprobe.agent.binary.elf.ElfFile;
import dev.uprobe.language.plan.FunctionTypes;
import java.io.IOException;
import java.util.Optional;

/** The functions of a file, as its debug information knows them. */
public final class DebugFunctions implements AutoCloseable {
  private final DebugInfo info;
  private final Dwarf dwarf;
  private final Subprograms subprograms;

  private DebugFunctions(DebugInfo info) throws IOException {
    this.info = info;
    this.dwarf = new Dwarf(info);
    this.subprograms = new Subprograms(dwarf);
  }

  /**
   * Opens the debug information of a file, which must stay open as long.
   *
   * @return empty where neither the file nor a debug file of it has any
   */
  public static Optional<DebugFunctions> open(ElfFile file, DebugFiles debugFiles)
      throws IOException {
    Optional<DebugInfo> info = DebugInfo.open(file, debugFiles);
    if (info.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(new DebugFunctions(info.get()));
    } catch (IOException e) {
      info.get().close();
      throw e;
    }
  }

  /**
   * Returns the types of the function that begins at an address; usable until this is closed.
   *
   * @param address before any load bias
   * @return empty where the debug information does not know the function
   */
  public Optional<FunctionTypes> at(long address) throws IOException {
    return subprograms.at(address).map(each -> new DebugFunction(dwarf, each));
  }

  @Override
  public void close() throws IOException {
    info.close();
  }
}
