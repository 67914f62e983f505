package dev.uprobe.agent.binary.elf;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.tukaani.xz.XZInputStream;

/**
 * The symbol table that Fedora packs into stripped files: {@code .gnu_debugdata}, an xz-compressed
 * ELF file (GDB manual, "MiniDebugInfo").
 */
public final class DebugData {
  /** That of the largest programs of a distribution has about ten. */
  private static final int MAX_UNPACKED = 64 << 20;

  private static final int MAX_PACKED = 32 << 20;

  /** The recipe uses xz's default of 8 MiB. */
  private static final int MAX_DECODER_KIB = 20 << 10;

  private DebugData() {}

  public static Optional<ElfFile> open(ElfFile file) throws IOException {
    Optional<Section> section = file.section(".gnu_debugdata");
    if (section.isEmpty()) {
      return Optional.empty();
    }
    Window packed = file.table(section.get());
    if (packed.size() > MAX_PACKED) {
      throw file.tooLarge("bytes of .gnu_debugdata", packed.size(), MAX_PACKED);
    }
    byte[] unpacked;
    try (InputStream in = new XZInputStream(new WindowStream(packed), MAX_DECODER_KIB)) {
      unpacked = in.readNBytes(MAX_UNPACKED + 1);
    } catch (ElfException e) {
      throw e;
    } catch (IOException e) {
      throw file.damaged(".gnu_debugdata cannot be unpacked (" + e.getMessage() + ")");
    }
    if (unpacked.length > MAX_UNPACKED) {
      throw file.tooLarge("bytes in .gnu_debugdata", unpacked.length, MAX_UNPACKED);
    }
    return Optional.of(
        ElfFile.open(Bytes.ofArray(unpacked), "the .gnu_debugdata of " + file.name()));
  }

  private static final class WindowStream extends InputStream {
    private final Window window;
    private long position;

    WindowStream(Window window) {
      this.window = window;
    }

    @Override
    public int read() throws IOException {
      return position < window.size() ? window.u8(position++) : -1;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      if (position >= window.size()) {
        return length == 0 ? 0 : -1;
      }
      int count = (int) Math.min(Math.min(length, 4096), window.size() - position);
      System.arraycopy(window.bytes(position, count), 0, into, offset, count);
      position += count;
      return count;
    }
  }
}
