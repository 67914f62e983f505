package dev.uprobe.agent.binary.elf;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The versions of dynamic symbols: {@code .gnu.version} has an index a symbol, {@code
 * .gnu.version_d} and {@code .gnu.version_r} name the versions that a file defines and needs (Linux
 * Standard Base, "Symbol Versioning").
 */
public final class SymbolVersions {
  /** An index has 15 bits. */
  private static final int MAX_VERSIONS = 32_768;

  private static final int MAX_VERSION_NAME = 255;
  private static final int HIDDEN = 0x8000;
  private static final int BASE = 1;

  private final Window indexes;
  private final Map<Integer, String> names;

  /**
   * The version of a symbol.
   *
   * @param hidden whether the linker takes it only for who asks for exactly this version
   */
  public record Version(String name, boolean hidden) {}

  private SymbolVersions(Window indexes, Map<Integer, String> names) {
    this.indexes = indexes;
    this.names = names;
  }

  public static Optional<SymbolVersions> of(ElfFile file) throws IOException {
    Optional<Section> indexes = file.section(Section.GNU_VERSYM);
    if (indexes.isEmpty()) {
      return Optional.empty();
    }
    Map<Integer, String> names = new HashMap<>();
    Optional<Section> defined = file.section(Section.GNU_VERDEF);
    if (defined.isPresent()) {
      readDefined(file.table(defined.get()), file.table(file.linked(defined.get())), names);
    }
    Optional<Section> needed = file.section(Section.GNU_VERNEED);
    if (needed.isPresent()) {
      readNeeded(file.table(needed.get()), file.table(file.linked(needed.get())), names);
    }
    return Optional.of(new SymbolVersions(file.table(indexes.get()), names));
  }

  /** The version of the symbol in this row of the dynamic symbol table. */
  public Optional<Version> of(Symbol symbol) throws IOException {
    long at = symbol.index() * 2L;
    if (at + 2 > indexes.size()) {
      return Optional.empty();
    }
    int index = indexes.u16(at);
    return Optional.ofNullable(names.get(index & ~HIDDEN))
        .map(name -> new Version(name, (index & HIDDEN) != 0));
  }

  private static void readDefined(Window table, Window strings, Map<Integer, String> names)
      throws IOException {
    long at = 0;
    for (int i = 0; i < MAX_VERSIONS && at < table.size(); i++) {
      boolean namesTheFile = (table.u16(at + 2) & BASE) != 0;
      if (!namesTheFile) {
        long first = at + table.u32(at + 12);
        names.put(table.u16(at + 4), strings.text(table.u32(first), MAX_VERSION_NAME));
      }
      long next = table.u32(at + 16);
      if (next == 0) {
        return;
      }
      at += next;
    }
  }

  private static void readNeeded(Window table, Window strings, Map<Integer, String> names)
      throws IOException {
    long at = 0;
    int read = 0;
    while (read < MAX_VERSIONS && at < table.size()) {
      long version = at + table.u32(at + 8);
      int count = table.u16(at + 2);
      for (int i = 0; i < count && read < MAX_VERSIONS; i++, read++) {
        names.put(table.u16(version + 6), strings.text(table.u32(version + 8), MAX_VERSION_NAME));
        version += table.u32(version + 12);
      }
      long next = table.u32(at + 12);
      if (next == 0) {
        return;
      }
      at += next;
      read++;
    }
  }
}
