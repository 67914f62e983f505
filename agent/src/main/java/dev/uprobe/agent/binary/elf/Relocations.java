package dev.uprobe.agent.binary.elf;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The slots of a file into which the dynamic linker writes a function's address (processor
 * supplements of the System V ABI, "Relocation").
 */
public final class Relocations {
  static final int MAX_RELOCATIONS = 8_000_000;

  /** Linkers make one or two slots a function. */
  private static final int MAX_SLOTS = 64;

  private static final int ROW = 24;

  private final ElfFile file;
  private final Kinds kinds;

  /**
   * A slot.
   *
   * @param address before any load bias
   * @param initial what the file has there; the dynamic linker adds the load bias at most until it
   *     knows the answer
   */
  public record Slot(long address, long initial) {}

  private record Kinds(int irelative, int jumpSlot, int globalData) {
    static Kinds of(Machine machine) {
      return machine.equals(Machine.AARCH64) ? new Kinds(1032, 1026, 1025) : new Kinds(37, 7, 6);
    }
  }

  @FunctionalInterface
  private interface Test {
    boolean accepts(int kind, int symbol, long addend);
  }

  private Relocations(ElfFile file) {
    this.file = file;
    this.kinds = Kinds.of(file.machine());
  }

  public static Relocations of(ElfFile file) {
    return new Relocations(file);
  }

  /** The slots through which the file itself calls what a resolver of its own chooses. */
  public List<Slot> chosenBy(Function resolver) throws IOException {
    long address = resolver.address();
    return select((kind, symbol, addend) -> kind == kinds.irelative() && addend == address);
  }

  /** The slots through which the file calls a function by its name, and version where known. */
  public List<Slot> callsTo(Function function) throws IOException {
    Set<Integer> symbols = symbolsOf(function);
    return symbols.isEmpty()
        ? List.of()
        : select(
            (kind, symbol, addend) ->
                (kind == kinds.jumpSlot() || kind == kinds.globalData())
                    && symbols.contains(symbol));
  }

  /**
   * A function whose address the dynamic linker writes to a slot.
   *
   * @param address of the file's own function of that name, which it is unless another file has one
   *     that comes first; empty where the file has none
   */
  public record Import(String name, OptionalLong address) {}

  /** Returns the function of a slot; empty where no name says. */
  public Optional<Import> importAt(long slot) throws IOException {
    Optional<SymbolTable> symbols = SymbolTable.dynamic(file);
    for (Window table : tables()) {
      for (long at = 0; at + ROW <= table.size() && at / ROW < MAX_RELOCATIONS; at += ROW) {
        if (table.i64(at) == slot) {
          int kind = (int) table.u32(at + 8);
          boolean isNamed = kind == kinds.jumpSlot() || kind == kinds.globalData();
          return isNamed && symbols.isPresent()
              ? symbols.get().at((int) table.u32(at + 12)).map(Relocations::imported)
              : Optional.empty();
        }
      }
    }
    return Optional.empty();
  }

  private static Import imported(Symbol symbol) {
    boolean isOwn = symbol.section() != 0 && Symbol.isFunction(symbol.type()) && !symbol.ifunc();
    return new Import(
        VersionedName.parse(symbol.name()).name(),
        isOwn ? OptionalLong.of(symbol.value()) : OptionalLong.empty());
  }

  private Set<Integer> symbolsOf(Function function) throws IOException {
    Optional<SymbolTable> table = SymbolTable.dynamic(file);
    if (table.isEmpty()) {
      return Set.of();
    }
    Optional<SymbolVersions> versions = SymbolVersions.of(file);
    byte[] name = function.name().getBytes(StandardCharsets.UTF_8);
    Set<Integer> indexes = new HashSet<>();
    for (Symbol symbol : table.get().symbols(SymbolTable.NameTest.named(name))) {
      Optional<String> version =
          versions.isPresent()
              ? versions.get().of(symbol).map(SymbolVersions.Version::name)
              : Optional.empty();
      if (version.isEmpty() || function.version().isEmpty() || version.equals(function.version())) {
        indexes.add(symbol.index());
      }
    }
    return indexes;
  }

  private List<Slot> select(Test test) throws IOException {
    Set<Slot> slots = new LinkedHashSet<>();
    for (Window table : tables()) {
      if (table.size() / ROW > MAX_RELOCATIONS) {
        throw file.tooLarge("relocations", table.size() / ROW, MAX_RELOCATIONS);
      }
      for (long at = 0; at + ROW <= table.size() && slots.size() < MAX_SLOTS; at += ROW) {
        if (test.accepts((int) table.u32(at + 8), (int) table.u32(at + 12), table.i64(at + 16))) {
          slots.add(slot(table.i64(at)));
        }
      }
    }
    return List.copyOf(slots);
  }

  private Slot slot(long address) throws IOException {
    OptionalLong offset = file.dataOffset(address);
    return offset.isPresent()
        ? new Slot(address, file.table("relocated data", offset.getAsLong(), 8).i64(0))
        : new Slot(address, 0);
  }

  /** What the dynamic linker reads; a static program has only sections to tell. */
  private List<Window> tables() throws IOException {
    List<Window> tables = new ArrayList<>();
    Optional<DynamicSection> dynamic = DynamicSection.of(file);
    if (dynamic.isPresent()) {
      dynamic.get().relocations().ifPresent(tables::add);
      dynamic.get().pltRelocations().ifPresent(tables::add);
      return tables;
    }
    for (Section section : file.sections()) {
      if (section.type() == Section.RELA && section.allocated()) {
        tables.add(file.table(section));
      }
    }
    return tables;
  }
}
