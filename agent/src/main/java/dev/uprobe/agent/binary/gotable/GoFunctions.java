package dev.uprobe.agent.binary.gotable;

import dev.uprobe.agent.binary.elf.ElfException;
import dev.uprobe.agent.binary.elf.ElfFile;
import dev.uprobe.agent.binary.elf.Function;
import dev.uprobe.agent.binary.elf.Glob;
import dev.uprobe.agent.binary.elf.SymbolTable;
import dev.uprobe.agent.binary.elf.Window;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * The functions of a Go program, which also a stripped one names for its own tracebacks.
 *
 * <p>The table is the one of Go 1.16 and later: struct pcHeader, functab and _func of Go's
 * runtime/symtab.go and runtime/runtime2.go.
 */
public final class GoFunctions {
  /** The largest programs have about half a million. */
  private static final int MAX_FUNCTIONS = 2_000_000;

  /** FuncFlagAsm of the field flag. */
  private static final int ASSEMBLY = 4;

  private final ElfFile file;
  private final Window names;
  private final Window details;

  /** Where each function's details are, in the order of the addresses. */
  private final int[] detailsAt;

  /** Where in those the flags are; empty for versions before 1.18. */
  private final OptionalInt flagsAt;

  /** Where functions begin, sorted, and then where the last one ends. */
  private final long[] addresses;

  /** The places of the functions' names in the high half, their numbers in the low half, sorted. */
  private final long[] byName;

  private GoFunctions(
      ElfFile file,
      Window names,
      Window details,
      int[] detailsAt,
      OptionalInt flagsAt,
      long[] addresses,
      long[] byName) {
    this.file = file;
    this.names = names;
    this.details = details;
    this.detailsAt = detailsAt;
    this.flagsAt = flagsAt;
    this.addresses = addresses;
    this.byName = byName;
  }

  /** Returns whether a file is a Go program, or has parts in Go. */
  public static boolean isGo(ElfFile file) {
    return GoTable.isGo(file);
  }

  /** Is told of functions. */
  @FunctionalInterface
  public interface Visitor {
    /**
     * Takes the next function.
     *
     * @return false to be told of no more
     */
    boolean take(String name, long address, long size);
  }

  /** Reads the table of a file; empty where it has none, or one that is not known here. */
  public static Optional<GoFunctions> of(ElfFile file) throws IOException {
    Optional<GoTable> table = GoTable.find(file);
    return table.isPresent() ? read(file, table.get()) : Optional.empty();
  }

  private static Optional<GoFunctions> read(ElfFile file, GoTable table) throws IOException {
    Window header = table.from(file, 0);
    long magic = header.u32(0);
    boolean relative = magic == GoTable.GO_1_18 || magic == GoTable.GO_1_20;
    if (!relative && magic != GoTable.GO_1_16) {
      return Optional.empty();
    }
    if (header.u8(7) != Long.BYTES) {
      throw file.damaged("its Go function table is not for 64 bits");
    }
    long count = header.i64(8);
    if (count < 0 || count > MAX_FUNCTIONS) {
      throw file.tooLarge("Go functions", count, MAX_FUNCTIONS);
    }
    OptionalLong start = relative ? table.textStart(file, header.i64(24)) : OptionalLong.of(0);
    if (start.isEmpty()) {
      return Optional.empty();
    }
    int head = relative ? 32 : 24;
    Window names = table.from(file, header.i64(head));
    Window functions = table.from(file, header.i64(head + 32));
    Window details = table.from(file, header.i64(head + 32));
    int number = relative ? Integer.BYTES : Long.BYTES;
    if (functions.size() < count * 2 * number) {
      throw file.damaged("its Go function table has fewer rows than it says");
    }
    long[] addresses = new long[(int) count + 1];
    long[] byName = new long[(int) count];
    int[] detailsAt = new int[(int) count];
    for (int i = 0; i <= count; i++) {
      long at = (long) i * 2 * number;
      addresses[i] = relative ? start.getAsLong() + functions.u32(at) : functions.i64(at);
      if (i > 0 && Long.compareUnsigned(addresses[i], addresses[i - 1]) < 0) {
        throw file.damaged("its Go functions are not sorted");
      }
      if (i < count) {
        long detail = relative ? functions.u32(at + number) : functions.i64(at + number);
        if (detail < 0 || detail > Integer.MAX_VALUE) {
          throw file.damaged("its Go function table refers to data outside of it");
        }
        detailsAt[i] = (int) detail;
        byName[i] = details.u32(detail + number) << 32 | i;
      }
    }
    Arrays.sort(byName);
    return Optional.of(
        new GoFunctions(file, names, details, detailsAt, flagsAt(magic), addresses, byName));
  }

  private static OptionalInt flagsAt(long magic) {
    if (magic == GoTable.GO_1_20) {
      return OptionalInt.of(41);
    }
    return magic == GoTable.GO_1_18 ? OptionalInt.of(37) : OptionalInt.empty();
  }

  /**
   * The functions that a user means, sorted by name and address.
   *
   * @param name a name as Go has it, such as {@code main.(*Cart).Charge}; or, where no function has
   *     exactly this name, a glob
   */
  public List<Function> find(String name) throws IOException {
    byte[] wanted = name.getBytes(StandardCharsets.UTF_8);
    List<Function> exact = collect((strings, at) -> strings.holds(at, wanted, (byte) 0));
    if (!exact.isEmpty() || !Glob.isGlob(name)) {
      return exact;
    }
    // The asterisk of a receiver that is a pointer is meant as it stands.
    Glob glob = new Glob(name.replace("(*", "([*]"));
    return collect((strings, at) -> glob.matches(strings.text(at, SymbolTable.MAX_NAME)));
  }

  /**
   * Returns whether the function at an address is written in assembly: it takes its arguments from
   * the stack, and uses registers as it likes.
   */
  public boolean isAssembly(long address) throws IOException {
    int index = Arrays.binarySearch(addresses, 0, byName.length, address);
    return index >= 0
        && flagsAt.isPresent()
        && (details.u8(detailsAt[index] + flagsAt.getAsInt()) & ASSEMBLY) != 0;
  }

  /** Returns whether values are passed in registers, as on all processors from Go 1.18 on. */
  public boolean usesRegisters() {
    return flagsAt.isPresent();
  }

  /** Returns the function that has an instruction at an address. */
  public Optional<Function> at(long address) throws IOException {
    if (!contains(address)) {
      return Optional.empty();
    }
    int found = Arrays.binarySearch(addresses, 0, byName.length, address);
    int index = found >= 0 ? found : -found - 2;
    for (long each : byName) {
      if ((int) each == index) {
        return function(each);
      }
    }
    return Optional.empty();
  }

  /** Returns whether the code at an address is Go's. */
  public boolean contains(long address) {
    return byName.length > 0
        && Long.compareUnsigned(address, addresses[0]) >= 0
        && Long.compareUnsigned(address, addresses[byName.length]) < 0;
  }

  /** Tells of all functions, in the order of their names' places: their table is read only once. */
  public void visit(Visitor visitor) throws IOException {
    boolean goesOn = true;
    for (int i = 0; i < byName.length && goesOn; i++) {
      int index = (int) byName[i];
      String name = names.text(byName[i] >>> 32, SymbolTable.MAX_NAME);
      goesOn = visitor.take(name, addresses[index], addresses[index + 1] - addresses[index]);
    }
  }

  private List<Function> collect(SymbolTable.NameTest test) throws IOException {
    List<Function> found = new ArrayList<>();
    long nameBytes = 0;
    for (long each : byName) {
      if (test.accepts(names, each >>> 32)) {
        Optional<Function> function = function(each);
        function.ifPresent(found::add);
        nameBytes += function.map(named -> named.name().length()).orElse(0);
        if (found.size() > SymbolTable.MAX_FOUND || nameBytes > SymbolTable.MAX_FOUND_NAME_BYTES) {
          throw new ElfException(
              file.name(), "has too many functions that match; give a narrower pattern");
        }
      }
    }
    found.sort(Comparator.comparing(Function::name).thenComparing(Function::address));
    return found;
  }

  private Optional<Function> function(long entry) throws IOException {
    int index = (int) entry;
    long address = addresses[index];
    OptionalLong offset = file.fileOffset(address);
    String name = names.text(entry >>> 32, SymbolTable.MAX_NAME);
    return offset.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Function(
                name,
                Optional.empty(),
                false,
                address,
                addresses[index + 1] - address,
                false,
                offset.getAsLong()));
  }
}
