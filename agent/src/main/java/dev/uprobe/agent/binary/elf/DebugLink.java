package dev.uprobe.agent.binary.elf;

import java.io.IOException;
import java.util.Optional;

/**
 * What {@code .gnu_debuglink} says about a separate debug file.
 *
 * @param fileName a plain file name, without folders
 * @param checksum the CRC-32 of the whole debug file
 */
public record DebugLink(String fileName, long checksum) {
  private static final int MAX_FILE_NAME = 255;

  static Optional<DebugLink> read(Window section) throws IOException {
    if (section.size() < 8) {
      return Optional.empty();
    }
    String fileName = section.text(0, MAX_FILE_NAME);
    // A name with a folder in it could lead to any file of the host.
    boolean plain = !fileName.isEmpty() && !fileName.contains("/") && !fileName.equals("..");
    return plain
        ? Optional.of(new DebugLink(fileName, section.u32((section.size() - 4) & ~3L)))
        : Optional.empty();
  }
}
