package dev.uprobe.agent.binary.elf;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a file tells the dynamic linker ({@code PT_DYNAMIC}), which is there even where the section
 * headers have been removed.
 */
final class DynamicSection {
  /** Linked files have some dozens. */
  private static final int MAX_ENTRIES = 4096;

  private static final int ENTRY = 16;
  private static final long PLT_RELOCATIONS_SIZE = 2;
  private static final long STRINGS = 5;
  private static final long SYMBOLS = 6;
  private static final long RELOCATIONS = 7;
  private static final long RELOCATIONS_SIZE = 8;
  private static final long STRINGS_SIZE = 10;
  private static final long PLT_RELOCATIONS = 23;
  private static final long GNU_HASH = 0x6ffffef5L;

  private final ElfFile file;
  private final Map<Long, Long> values;

  private DynamicSection(ElfFile file, Map<Long, Long> values) {
    this.file = file;
    this.values = values;
  }

  static Optional<DynamicSection> of(ElfFile file) throws IOException {
    for (Segment segment : file.segments()) {
      if (segment.type() == Segment.DYNAMIC) {
        return Optional.of(new DynamicSection(file, read(file, segment)));
      }
    }
    return Optional.empty();
  }

  private static Map<Long, Long> read(ElfFile file, Segment segment) throws IOException {
    Window table = file.table("dynamic section", segment.offset(), segment.fileSize());
    if (table.size() / ENTRY > MAX_ENTRIES) {
      throw file.tooLarge("dynamic entries", table.size() / ENTRY, MAX_ENTRIES);
    }
    Map<Long, Long> values = new HashMap<>();
    for (long at = 0; at + ENTRY <= table.size() && table.i64(at) != 0; at += ENTRY) {
      values.putIfAbsent(table.i64(at), table.i64(at + 8));
    }
    return values;
  }

  Optional<Window> relocations() throws IOException {
    return table("relocations", RELOCATIONS, RELOCATIONS_SIZE);
  }

  Optional<Window> pltRelocations() throws IOException {
    return table("PLT relocations", PLT_RELOCATIONS, PLT_RELOCATIONS_SIZE);
  }

  Optional<Window> strings() throws IOException {
    return table("dynamic strings", STRINGS, STRINGS_SIZE);
  }

  /** The dynamic symbols; nothing says how many there are but the hash table over them. */
  Optional<Window> symbols() throws IOException {
    OptionalLong hash = offset(GNU_HASH);
    OptionalLong symbols = offset(SYMBOLS);
    if (hash.isEmpty() || symbols.isEmpty()) {
      return Optional.empty();
    }
    long count = countInHash(hash.getAsLong());
    return Optional.of(file.table("dynamic symbols", symbols.getAsLong(), count * 24));
  }

  /**
   * The layout is 4 counts, the bloom filter, the buckets, and a chain that ends with an odd hash.
   */
  private long countInHash(long offset) throws IOException {
    Window counts = file.table("hash table", offset, 16);
    long buckets = counts.u32(0);
    long first = counts.u32(4);
    if (buckets > SymbolTable.MAX_SYMBOLS || first > SymbolTable.MAX_SYMBOLS) {
      throw file.tooLarge("hash buckets", Math.max(buckets, first), SymbolTable.MAX_SYMBOLS);
    }
    long bucketsAt = offset + 16 + counts.u32(8) * 8;
    Window table = file.table("hash buckets", bucketsAt, buckets * 4);
    long last = 0;
    for (long i = 0; i < buckets; i++) {
      last = Math.max(last, table.u32(i * 4));
    }
    if (last < first) {
      return first;
    }
    long chainAt = bucketsAt + buckets * 4;
    while (last < SymbolTable.MAX_SYMBOLS) {
      Window link = file.table("hash chain", chainAt + (last - first) * 4, 4);
      last++;
      if ((link.u32(0) & 1) != 0) {
        return last;
      }
    }
    throw file.tooLarge("symbols", last, SymbolTable.MAX_SYMBOLS);
  }

  private Optional<Window> table(String what, long addressTag, long sizeTag) throws IOException {
    OptionalLong offset = offset(addressTag);
    Long size = values.get(sizeTag);
    return offset.isPresent() && size != null
        ? Optional.of(file.table(what, offset.getAsLong(), size))
        : Optional.empty();
  }

  private OptionalLong offset(long addressTag) {
    Long address = values.get(addressTag);
    return address == null ? OptionalLong.empty() : file.dataOffset(address);
  }
}
