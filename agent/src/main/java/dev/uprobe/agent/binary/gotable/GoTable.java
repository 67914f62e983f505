package dev.uprobe.agent.binary.gotable;

import dev.uprobe.agent.binary.elf.ElfException;
import dev.uprobe.agent.binary.elf.ElfFile;
import dev.uprobe.agent.binary.elf.Section;
import dev.uprobe.agent.binary.elf.Symbol;
import dev.uprobe.agent.binary.elf.SymbolTable;
import dev.uprobe.agent.binary.elf.Window;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Where a file has the function table of Go, which begins with struct pcHeader of Go's
 * runtime/symtab.go.
 *
 * @param address of its beginning, before any load bias
 * @param offset of that in the file
 * @param size in bytes; what follows may be something else
 */
record GoTable(long address, long offset, long size) {
  static final long GO_1_16 = 0xfffffffaL;
  static final long GO_1_18 = 0xfffffff0L;
  static final long GO_1_20 = 0xfffffff1L;

  private static final List<String> SECTIONS = List.of(".gopclntab", ".data.rel.ro.gopclntab");

  /** Linkers of C put the table of a position-independent program among other data. */
  private static final String OTHER_DATA = ".data.rel.ro";

  private static final int ALIGNMENT = 32;
  private static final long MAX_SEARCHED = 512L << 20;

  /** The fields pcHeader and text of struct moduledata of Go 1.26. */
  private static final int MODULE_TABLE = 0;

  private static final int MODULE_TEXT = 176;

  /** Returns whether a file is a Go program, or has parts in Go. */
  static boolean isGo(ElfFile file) {
    return file.sections().stream()
        .map(Section::name)
        .anyMatch(name -> SECTIONS.contains(name) || name.equals(".go.buildinfo"));
  }

  /** Finds the table; empty where there is none. */
  static Optional<GoTable> find(ElfFile file) throws IOException {
    for (String name : SECTIONS) {
      Optional<Section> section = file.section(name);
      if (section.isPresent()) {
        return Optional.of(from(section.get(), 0));
      }
    }
    Optional<Section> data = file.section(OTHER_DATA);
    return isGo(file) && data.isPresent() ? search(file, data.get()) : Optional.empty();
  }

  private static GoTable from(Section section, long inside) {
    return new GoTable(
        section.address() + inside, section.offset() + inside, section.size() - inside);
  }

  private static Optional<GoTable> search(ElfFile file, Section section) throws IOException {
    Window data = file.table(section);
    long first = -section.address() & (ALIGNMENT - 1);
    for (long at = first; at + 72 <= Math.min(data.size(), MAX_SEARCHED); at += ALIGNMENT) {
      if (isHeader(data, at)) {
        return Optional.of(from(section, at));
      }
    }
    return Optional.empty();
  }

  /** Magic, two zeroes, the smallest instruction's length, and the size of a pointer. */
  private static boolean isHeader(Window data, long at) throws IOException {
    long magic = data.u32(at);
    boolean known = magic == GO_1_16 || magic == GO_1_18 || magic == GO_1_20;
    int shortest = data.u8(at + 6);
    return known
        && data.u16(at + 4) == 0
        && (shortest == 1 || shortest == 4)
        && data.u8(at + 7) == Long.BYTES
        && data.i64(at + 8) > 0;
  }

  /** Returns the table's bytes from an offset on. */
  Window from(ElfFile file, long inside) throws ElfException {
    if (inside < 0 || inside > size) {
      throw file.damaged("its Go function table refers to data outside of it");
    }
    return file.table("Go functions", offset + inside, size - inside);
  }

  /**
   * Returns the address from which the table counts; empty where nothing tells.
   *
   * @param stored what the table says; 0 from Go 1.26 on
   */
  OptionalLong textStart(ElfFile file, long stored) throws IOException {
    if (stored != 0) {
      return OptionalLong.of(stored);
    }
    Optional<Section> section = file.section(".go.module");
    if (section.isPresent() && section.get().size() >= MODULE_TEXT + Long.BYTES) {
      Window module = file.table(section.get());
      if (module.i64(MODULE_TABLE) == address) {
        return OptionalLong.of(module.i64(MODULE_TEXT));
      }
    }
    Optional<SymbolTable> symbols = SymbolTable.full(file);
    if (symbols.isEmpty()) {
      return OptionalLong.empty();
    }
    byte[] name = "runtime.text".getBytes(StandardCharsets.US_ASCII);
    return symbols.get().symbols(SymbolTable.NameTest.named(name)).stream()
        .mapToLong(Symbol::value)
        .findFirst();
  }
}
