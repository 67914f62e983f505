package dev.uprobe.agent.binary.elf;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A symbol table and its string table. Rows are visited in the order of their names' places in the
 * string table, so that both tables are read from front to back whatever the file says, and only
 * the rows that are wanted become objects.
 */
public final class SymbolTable {
  /** The largest browsers have about two million. */
  static final int MAX_SYMBOLS = 4_000_000;

  static final long MAX_STRINGS = 512L << 20;

  /** Keeps what one search returns to some hundred megabytes at the very most. */
  public static final int MAX_FOUND = 500_000;

  public static final long MAX_FOUND_NAME_BYTES = 64L << 20;
  public static final int MAX_NAME = 4096;

  /** Aliases of one function; the C library has a handful for some. */
  private static final int MAX_AT_ONE_ADDRESS = 256;

  private static final int ROW = 24;

  private final ElfFile file;
  private final Window rows;
  private final Window strings;
  private final int count;
  private Optional<long[]> functions = Optional.empty();

  /** Tells by the place of a name in the string table whether its symbol is wanted. */
  @FunctionalInterface
  public interface NameTest {
    boolean accepts(Window strings, long offset) throws IOException;

    /** A name without its version. */
    static NameTest named(byte[] name) {
      return (strings, offset) -> strings.holds(offset, name, (byte) '@');
    }
  }

  private record Found(int index, String name) {}

  private SymbolTable(ElfFile file, Window rows, Window strings) throws ElfException {
    this.file = file;
    this.rows = rows;
    this.strings = strings;
    long symbols = rows.size() / ROW;
    if (symbols > MAX_SYMBOLS) {
      throw file.tooLarge("symbols", symbols, MAX_SYMBOLS);
    }
    if (strings.size() > MAX_STRINGS) {
      throw file.tooLarge("bytes of symbol names", strings.size(), MAX_STRINGS);
    }
    this.count = (int) symbols;
  }

  /** The table of all symbols, which {@code strip} removes. */
  public static Optional<SymbolTable> full(ElfFile file) throws IOException {
    return ofSection(file, Section.SYMTAB);
  }

  /** The table of the symbols that the dynamic linker needs. */
  public static Optional<SymbolTable> dynamic(ElfFile file) throws IOException {
    Optional<SymbolTable> table = ofSection(file, Section.DYNSYM);
    if (table.isPresent() || !file.sections().isEmpty()) {
      return table;
    }
    Optional<DynamicSection> dynamic = DynamicSection.of(file);
    if (dynamic.isEmpty()) {
      return Optional.empty();
    }
    Optional<Window> rows = dynamic.get().symbols();
    Optional<Window> strings = dynamic.get().strings();
    return rows.isPresent() && strings.isPresent()
        ? Optional.of(new SymbolTable(file, rows.get(), strings.get()))
        : Optional.empty();
  }

  private static Optional<SymbolTable> ofSection(ElfFile file, int type) throws IOException {
    Optional<Section> section = file.section(type);
    if (section.isEmpty()) {
      return Optional.empty();
    }
    Window strings = file.table(file.linked(section.get()));
    return Optional.of(new SymbolTable(file, file.table(section.get()), strings));
  }

  /** Functions that this file defines, in the order of the table. */
  public List<Symbol> functions(NameTest test) throws IOException {
    if (functions.isEmpty()) {
      functions = Optional.of(byName(true));
    }
    return select(functions.get(), test);
  }

  /** Functions that this file defines and in which an address lies, in the order of the table. */
  public List<Symbol> functionsAt(long address) throws IOException {
    List<Symbol> found = new ArrayList<>();
    for (int index = 1; index < count && found.size() < MAX_AT_ONE_ADDRESS; index++) {
      long at = (long) index * ROW;
      long distance = address - rows.i64(at + 8);
      boolean inside = distance == 0 || Long.compareUnsigned(distance, rows.i64(at + 16)) < 0;
      if (inside && Symbol.isFunction(type(at)) && rows.u16(at + 6) != 0) {
        found.add(symbol(index, strings.text(rows.u32(at), MAX_NAME)));
      }
    }
    return found;
  }

  /** Is shown the rows of functions one after the other. */
  @FunctionalInterface
  public interface FunctionVisitor {
    /** Returns whether more are wanted. */
    boolean visit(long nameOffset, long address, long size);
  }

  /** Shows the functions that this file defines, in the order of the table. */
  public void visitFunctions(FunctionVisitor visitor) throws IOException {
    for (int index = 1; index < count; index++) {
      long at = (long) index * ROW;
      if (Symbol.isFunction(type(at)) && rows.u16(at + 6) != 0) {
        if (!visitor.visit(rows.u32(at), rows.i64(at + 8), rows.i64(at + 16))) {
          return;
        }
      }
    }
  }

  /** The name at a place of the string table; quick when places rise. */
  public String name(long nameOffset) throws IOException {
    return strings.text(nameOffset, MAX_NAME);
  }

  /** Returns the symbol in a row; empty where there is no such row. */
  Optional<Symbol> at(int index) throws IOException {
    return index > 0 && index < count
        ? Optional.of(symbol(index, strings.text(rows.u32((long) index * ROW), MAX_NAME)))
        : Optional.empty();
  }

  /** Symbols of any kind, defined here or elsewhere, in the order of the table. */
  public List<Symbol> symbols(NameTest test) throws IOException {
    return select(byName(false), test);
  }

  /** Row numbers in the low half, the places of their names in the high half, sorted. */
  private long[] byName(boolean definedFunctionsOnly) throws IOException {
    long[] found = new long[Math.min(count, 1024)];
    int size = 0;
    for (int index = 1; index < count; index++) {
      long at = (long) index * ROW;
      if (!definedFunctionsOnly || (Symbol.isFunction(type(at)) && rows.u16(at + 6) != 0)) {
        if (size == found.length) {
          found = Arrays.copyOf(found, Math.min(count, size * 2));
        }
        found[size++] = rows.u32(at) << 32 | index;
      }
    }
    long[] sorted = Arrays.copyOf(found, size);
    Arrays.sort(sorted);
    return sorted;
  }

  private int type(long at) throws IOException {
    return rows.u8(at + 4) & 0xf;
  }

  private List<Symbol> select(long[] sorted, NameTest test) throws IOException {
    List<Found> found = new ArrayList<>();
    long nameBytes = 0;
    for (long entry : sorted) {
      long nameOffset = entry >>> 32;
      if (nameOffset >= strings.size()) {
        throw file.damaged("a symbol's name lies outside of its string table");
      }
      if (test.accepts(strings, nameOffset)) {
        String name = strings.text(nameOffset, MAX_NAME);
        nameBytes += name.length();
        if (found.size() == MAX_FOUND || nameBytes > MAX_FOUND_NAME_BYTES) {
          throw new ElfException(
              file.name(),
              "has more than " + found.size() + " symbols that match; give a narrower pattern");
        }
        found.add(new Found((int) entry, name));
      }
    }
    found.sort(Comparator.comparingInt(Found::index));
    List<Symbol> symbols = new ArrayList<>(found.size());
    for (Found each : found) {
      symbols.add(symbol(each.index(), each.name()));
    }
    return symbols;
  }

  private Symbol symbol(int index, String name) throws IOException {
    long at = (long) index * ROW;
    return new Symbol(index, name, type(at), rows.u16(at + 6), rows.i64(at + 8), rows.i64(at + 16));
  }
}
