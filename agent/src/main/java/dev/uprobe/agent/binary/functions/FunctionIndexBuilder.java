package dev.uprobe.agent.binary.functions;

import dev.uprobe.agent.binary.elf.ElfFile;
import dev.uprobe.agent.binary.elf.Section;
import dev.uprobe.agent.binary.elf.SymbolTable;
import dev.uprobe.agent.binary.elf.VersionedName;
import dev.uprobe.agent.binary.gotable.GoFunctions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.LongPredicate;

/**
 * Gathers the functions of a file from its symbol tables. Beyond its limits, functions and names
 * are left out.
 */
final class FunctionIndexBuilder {
  /** The largest servers and interpreters have about three hundred thousand. */
  static final int MAX_FUNCTIONS = 1 << 19;

  /** Of names; while they are gathered, three times as much is in memory. */
  static final int MAX_TEXT = 12 << 20;

  private static final int MAX_NAME = 1024;

  /** Functions whose size nobody wrote down are short ones in assembly language. */
  private static final int MAX_UNSIZED = 4096;

  private static final int NUMBER_BITS = 19;
  private static final long MAX_OFFSET = 1L << 63 - NUMBER_BITS;

  private final ElfFile file;
  private long[] places = new long[1024];
  private int[] sizes = new int[1024];
  private int[] names = new int[1024];
  private int count;
  private final NavigableMap<Long, Long> codeSections = new TreeMap<>();
  private final ByteArrayOutputStream text = new ByteArrayOutputStream();

  FunctionIndexBuilder(ElfFile file) {
    this.file = file;
    for (Section section : file.sections()) {
      if (section.executable()) {
        codeSections.put(section.offset(), section.offset() + section.size());
      }
    }
    // The name at 0, of functions that have none.
    text.write(0);
  }

  /**
   * Adds the functions of a table, whose addresses are the file's.
   *
   * @param wanted accepts the address of a function that is not known yet
   */
  void add(SymbolTable symbols, LongPredicate wanted) throws IOException {
    int first = count;
    symbols.visitFunctions(
        (nameOffset, address, size) -> !wanted.test(address) || add(nameOffset, address, size));
    // Names are read in the order of their places, so that a string table is read only once.
    long[] byName = new long[count - first];
    for (int i = first; i < count; i++) {
      byName[i - first] = (long) names[i] << NUMBER_BITS | i;
    }
    Arrays.sort(byName);
    for (long each : byName) {
      names[(int) (each & MAX_FUNCTIONS - 1)] =
          addName(VersionedName.parse(symbols.name(each >>> NUMBER_BITS)).name());
    }
  }

  /** Adds the functions of a Go program. */
  void add(GoFunctions functions) throws IOException {
    functions.visit(
        (name, address, size) -> {
          int number = count;
          boolean hasRoom = add(0, address, size);
          if (count > number) {
            names[number] = addName(name);
          }
          return hasRoom;
        });
  }

  private boolean add(long nameOffset, long address, long size) {
    if (count == MAX_FUNCTIONS) {
      return false;
    }
    OptionalLong offset = file.fileOffset(address);
    if (offset.isEmpty() || offset.getAsLong() >= MAX_OFFSET || nameOffset > Integer.MAX_VALUE) {
      return true;
    }
    if (count == places.length) {
      places = Arrays.copyOf(places, count * 2);
      sizes = Arrays.copyOf(sizes, count * 2);
      names = Arrays.copyOf(names, count * 2);
    }
    // One number to sort by: the place, then the order in which the functions came.
    places[count] = offset.getAsLong() << NUMBER_BITS | count;
    sizes[count] =
        size == 0
            ? -toEndOfSection(offset.getAsLong())
            : (int) Math.max(1, Math.min(size, Integer.MAX_VALUE));
    names[count] = (int) nameOffset;
    count++;
    return true;
  }

  /**
   * A function of unknown size is no larger than that: in a stripped file the next symbol may be
   * far away, in code that nobody knows.
   */
  private int toEndOfSection(long fileOffset) {
    Map.Entry<Long, Long> section = codeSections.floorEntry(fileOffset);
    long rest = section == null ? 0 : section.getValue() - fileOffset;
    return rest > 0 ? (int) Math.min(rest, MAX_UNSIZED) : MAX_UNSIZED;
  }

  /** Returns where in the text the name begins; 0 for one that is empty or finds no room. */
  private int addName(String name) {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    int length = Math.min(bytes.length, MAX_NAME);
    if (text.size() + length >= MAX_TEXT) {
      return 0;
    }
    int at = text.size();
    text.write(bytes, 0, length);
    text.write(0);
    return at;
  }

  FunctionIndex build() {
    byte[] all = text.toByteArray();
    long[] sorted = Arrays.copyOf(places, count);
    Arrays.sort(sorted);
    long[] offsets = new long[count];
    int[] sortedSizes = new int[count];
    int[] sortedNames = new int[count];
    int kept = 0;
    for (long each : sorted) {
      int number = (int) (each & MAX_FUNCTIONS - 1);
      long offset = each >>> NUMBER_BITS;
      if (names[number] == 0) {
        continue;
      }
      if (kept > 0 && offsets[kept - 1] == offset) {
        if (better(all, names[number], sortedNames[kept - 1])) {
          sortedNames[kept - 1] = names[number];
        }
        // Negative where unknown: any known size is larger.
        sortedSizes[kept - 1] = Math.max(sortedSizes[kept - 1], sizes[number]);
      } else {
        offsets[kept] = offset;
        sortedSizes[kept] = sizes[number];
        sortedNames[kept] = names[number];
        kept++;
      }
    }
    return new FunctionIndex(
        file.segments(),
        Arrays.copyOf(offsets, kept),
        Arrays.copyOf(sortedSizes, kept),
        Arrays.copyOf(sortedNames, kept),
        all);
  }

  /** Of several names of one function, the one that programs call has the fewest underscores. */
  private static boolean better(byte[] text, int name, int than) {
    int underscores = underscores(text, name) - underscores(text, than);
    if (underscores != 0) {
      return underscores < 0;
    }
    int length = length(text, name) - length(text, than);
    return length != 0
        ? length < 0
        : Arrays.compare(
                text, name, name + length(text, name), text, than, than + length(text, than))
            < 0;
  }

  private static int underscores(byte[] text, int name) {
    int count = 0;
    while (text[name + count] == '_') {
      count++;
    }
    return count;
  }

  private static int length(byte[] text, int name) {
    int length = 0;
    while (text[name + length] != 0) {
      length++;
    }
    return length;
  }
}
