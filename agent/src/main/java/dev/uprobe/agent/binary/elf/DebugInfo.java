package dev.uprobe.agent.binary.elf;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * The debug information (DWARF) that belongs to a file: its own, or a separate debug file's. The
 * file must stay open as long as this.
 */
public final class DebugInfo implements AutoCloseable {
  /** As much as an agent of a container's memory can hold. */
  private static final int MAX_UNPACKED = 96 << 20;

  private static final int COMPRESSED = 0x800;
  private static final int COMPRESSION_HEADER = 24;
  private static final int ZLIB = 1;

  private final ElfFile file;
  private final List<ElfFile> opened;
  private long unpacked;

  private DebugInfo(ElfFile file, List<ElfFile> opened) {
    this.file = file;
    this.opened = opened;
  }

  /**
   * Opens the debug information.
   *
   * @return empty where the file has none and no debug file is found
   */
  public static Optional<DebugInfo> open(ElfFile file, DebugFiles debugFiles) throws IOException {
    if (has(file)) {
      return Optional.of(new DebugInfo(file, List.of()));
    }
    Optional<ElfFile> separate = debugFiles.open(file);
    if (separate.isPresent() && !has(separate.get())) {
      separate.get().close();
      return Optional.empty();
    }
    return separate.map(each -> new DebugInfo(each, List.of(each)));
  }

  private static boolean has(ElfFile file) {
    return file.section(".debug_info").filter(each -> each.type() != Section.NOBITS).isPresent();
  }

  /** Returns how messages call the file that has the debug information. */
  public String name() {
    return file.name();
  }

  /** Returns whether parts of it are in a file that several programs share, as dwz makes them. */
  public boolean isShared() {
    return file.section(".gnu_debugaltlink").isPresent();
  }

  /** Returns a section without its compression. */
  public Optional<Window> section(String name) throws IOException {
    Optional<Section> section = file.section(name);
    if (section.isEmpty()) {
      return Optional.empty();
    }
    Window table = file.table(section.get());
    return Optional.of((section.get().flags() & COMPRESSED) == 0 ? table : inflated(name, table));
  }

  private Window inflated(String name, Window packed) throws IOException {
    long kind = packed.u32(0);
    long size = packed.i64(8);
    if (kind != ZLIB) {
      throw new ElfException(
          file.name(),
          "has debug information that is not compressed with zlib; build it with"
              + " -gz=none or -gz=zlib, or give a signature");
    }
    unpacked += size;
    if (size < 0 || unpacked < 0 || unpacked > MAX_UNPACKED) {
      throw file.tooLarge("bytes of packed debug information", size, MAX_UNPACKED);
    }
    byte[] bytes = new byte[(int) size];
    Inflater inflater = new Inflater();
    try {
      long at = COMPRESSION_HEADER;
      int done = 0;
      while (done < bytes.length && !inflater.finished()) {
        if (inflater.needsInput()) {
          int count = (int) Math.min(32 * 1024, packed.size() - at);
          if (count <= 0) {
            throw file.damaged(name + " is cut short");
          }
          inflater.setInput(packed.bytes(at, count));
          at += count;
        }
        done += inflater.inflate(bytes, done, bytes.length - done);
      }
    } catch (DataFormatException e) {
      throw file.damaged(name + " cannot be unpacked (" + e.getMessage() + ")");
    } finally {
      inflater.end();
    }
    return new Window(file.name(), name, Bytes.ofArray(bytes), 0, bytes.length);
  }

  @Override
  public void close() throws IOException {
    for (ElfFile each : opened) {
      each.close();
    }
  }
}
