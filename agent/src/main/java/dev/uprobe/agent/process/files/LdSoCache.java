package dev.uprobe.agent.process.files;

import dev.uprobe.agent.binary.elf.Machine;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The index of a host's libraries that {@code ldconfig} writes, in the format that glibc calls
 * {@code glibc-ld.so.cache1.1} (glibc, sysdeps/generic/dl-cache.h), alone or after the older one.
 */
public final class LdSoCache {
  /** A desktop's has some hundred kilobytes. */
  static final int MAX_BYTES = 16 << 20;

  private static final byte[] MAGIC = "glibc-ld.so.cache1.1".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] OLD_MAGIC = "ld.so-1.7.0".getBytes(StandardCharsets.US_ASCII);
  private static final int OLD_HEADER = 16;
  private static final int OLD_ENTRY = 12;
  private static final int HEADER = 48;
  private static final int ENTRY = 24;
  private static final int MAX_TEXT = 4096;

  /** Entries may share text, so the file's size does not bound what they add up to. */
  private static final long MAX_TEXTS = 64L << 20;

  private final List<Entry> entries;

  /**
   * @param name the library's file name as programs ask for it
   * @param path where it is
   */
  record Entry(String name, String path) {}

  private LdSoCache(List<Entry> entries) {
    this.entries = entries;
  }

  static LdSoCache empty() {
    return new LdSoCache(List.of());
  }

  /**
   * Reads the libraries of one processor; a host without the file (musl) has no entries.
   *
   * @param machine whose libraries are wanted
   */
  public static LdSoCache read(Path file, Machine machine) throws IOException {
    return read(file, file.toString(), machine);
  }

  /**
   * Reads the libraries of one processor.
   *
   * @param name what messages call the file
   * @param machine whose libraries are wanted
   */
  static LdSoCache read(Path file, String name, Machine machine) throws IOException {
    if (!Files.isRegularFile(file)) {
      return new LdSoCache(List.of());
    }
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(MAX_BYTES + 1);
    }
    if (bytes.length > MAX_BYTES) {
      throw new IOException(name + " has more than " + MAX_BYTES + " bytes, which is too many");
    }
    try {
      return parse(bytes, machine);
    } catch (IndexOutOfBoundsException e) {
      throw new IOException(name + " is damaged; write it again with ldconfig", e);
    }
  }

  /** Paths of the libraries that the name stands for, in the order of the cache. */
  public List<String> find(LibraryName library) {
    return entries.stream()
        .filter(entry -> library.matches(entry.name()))
        .map(Entry::path)
        .distinct()
        .toList();
  }

  /** The file names of all libraries. */
  public List<String> names() {
    return entries.stream().map(Entry::name).distinct().toList();
  }

  private static LdSoCache parse(byte[] bytes, Machine machine) {
    ByteBuffer cache = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int start = 0;
    if (startsWith(cache, 0, OLD_MAGIC)) {
      long after = OLD_HEADER + (cache.getInt(12) & 0xffffffffL) * OLD_ENTRY;
      start = (int) Math.min((after + 7) & ~7L, bytes.length);
    }
    if (!startsWith(cache, start, MAGIC)) {
      return new LdSoCache(List.of());
    }
    int count = cache.getInt(start + MAGIC.length);
    int flags = libraryFlags(machine);
    List<Entry> entries = new ArrayList<>();
    long texts = 0;
    for (int i = 0; i < count; i++) {
      int at = start + HEADER + i * ENTRY;
      if (cache.getInt(at) == flags) {
        String name = text(cache, start + cache.getInt(at + 4));
        String path = text(cache, start + cache.getInt(at + 8));
        texts += name.length() + path.length();
        if (texts > MAX_TEXTS) {
          throw new IndexOutOfBoundsException("more than " + MAX_TEXTS + " bytes of names");
        }
        entries.add(new Entry(name, path));
      }
    }
    return new LdSoCache(List.copyOf(entries));
  }

  /** FLAG_ELF_LIBC6 with FLAG_X8664_LIB64 or FLAG_AARCH64_LIB64 of ldconfig.h. */
  private static int libraryFlags(Machine machine) {
    return machine.equals(Machine.AARCH64) ? 0x0a03 : 0x0303;
  }

  private static boolean startsWith(ByteBuffer cache, int at, byte[] magic) {
    return at + HEADER <= cache.limit()
        && cache.slice(at, magic.length).equals(ByteBuffer.wrap(magic));
  }

  private static String text(ByteBuffer cache, int from) {
    int to = from;
    while (cache.get(to) != 0 && to - from < MAX_TEXT) {
      to++;
    }
    byte[] text = new byte[to - from];
    cache.get(from, text);
    return new String(text, StandardCharsets.UTF_8);
  }
}
