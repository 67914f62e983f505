package dev.uprobe.agent.elf;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * Where separate debug files are looked for, as GDB does ("Debugging Information in Separate
 * Files"): by build id, then by the name in {@code .gnu_debuglink}.
 */
public final class DebugFiles {
  /** The debug files of the largest programs have a few. */
  private static final long MAX_CHECKED_BYTES = 4L << 30;

  private static final Path DEBUG = Path.of("usr/lib/debug");

  private final Optional<Path> root;
  private final Path folder;

  private DebugFiles(Optional<Path> root, Path folder) {
    this.root = root;
    this.folder = folder;
  }

  public static DebugFiles none() {
    return new DebugFiles(Optional.empty(), Path.of(""));
  }

  /**
   * @param root the root of the file system that the file belongs to
   * @param file the path of the ELF file in that file system
   */
  public static DebugFiles of(Path root, Path file) {
    Path absolute = Path.of("/").resolve(file).normalize();
    Path inRoot = Path.of("/").relativize(absolute);
    return new DebugFiles(
        Optional.of(root), Optional.ofNullable(inRoot.getParent()).orElse(Path.of("")));
  }

  /** The debug file that belongs to this very build of the file. */
  Optional<ElfFile> open(ElfFile file) throws IOException {
    if (root.isEmpty()) {
      return Optional.empty();
    }
    Optional<String> buildId = file.buildId();
    if (buildId.isPresent()) {
      Optional<ElfFile> found = openByBuildId(root.get(), buildId.get());
      if (found.isPresent()) {
        return found;
      }
    }
    Optional<DebugLink> link = file.debugLink();
    return link.isPresent() ? openByLink(root.get(), link.get(), buildId) : Optional.empty();
  }

  private Optional<ElfFile> openByBuildId(Path base, String buildId) {
    Path inDebug = Path.of(".build-id", buildId.substring(0, 2), buildId.substring(2) + ".debug");
    return openIfElf(base.resolve(DEBUG).resolve(inDebug), Optional.of(buildId));
  }

  private Optional<ElfFile> openByLink(Path base, DebugLink link, Optional<String> buildId)
      throws IOException {
    List<Path> candidates = new ArrayList<>();
    candidates.add(base.resolve(folder).resolve(link.fileName()));
    candidates.add(base.resolve(folder).resolve(".debug").resolve(link.fileName()));
    candidates.add(base.resolve(DEBUG).resolve(folder).resolve(link.fileName()));
    for (Path candidate : candidates) {
      Optional<ElfFile> found = openIfElf(candidate, buildId);
      if (found.isPresent() && buildId.isEmpty() && checksum(candidate) != link.checksum()) {
        found.get().close();
      } else if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  /** A file that is not there, damaged or of another build only means that symbols are missing. */
  private static Optional<ElfFile> openIfElf(Path path, Optional<String> buildId) {
    try {
      ElfFile file = ElfFile.open(path);
      if (buildId.isEmpty() || file.buildId().equals(buildId)) {
        return Optional.of(file);
      }
      file.close();
    } catch (IOException e) {
      return Optional.empty();
    }
    return Optional.empty();
  }

  private static long checksum(Path path) throws IOException {
    CRC32 crc = new CRC32();
    byte[] chunk = new byte[64 * 1024];
    long left = MAX_CHECKED_BYTES;
    try (InputStream in = Files.newInputStream(path)) {
      int count = in.read(chunk);
      while (count > 0 && left > 0) {
        crc.update(chunk, 0, count);
        left -= count;
        count = in.read(chunk);
      }
    }
    return crc.getValue();
  }
}
