package dev.uprobe.agent.elf;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * Where separate debug files are looked for, as GDB does ("Debugging Information in Separate
 * Files"): by build id, then by the name in {@code .gnu_debuglink}.
 */
public final class DebugFiles {
  /** More would take many seconds to sum up. */
  private static final long MAX_CHECKED_BYTES = 1L << 30;

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

  private static Optional<ElfFile> openByBuildId(Path base, String buildId) {
    Path inDebug = Path.of(".build-id", buildId.substring(0, 2), buildId.substring(2) + ".debug");
    Path path = base.resolve(DEBUG).resolve(inDebug);
    return openIf(path, file -> file.buildId().equals(Optional.of(buildId)));
  }

  private Optional<ElfFile> openByLink(Path base, DebugLink link, Optional<String> buildId) {
    List<Path> folders =
        List.of(
            base.resolve(folder),
            base.resolve(folder).resolve(".debug"),
            base.resolve(DEBUG).resolve(folder));
    return folders.stream()
        .map(each -> each.resolve(link.fileName()))
        .flatMap(path -> openIf(path, file -> belongs(file, path, link, buildId)).stream())
        .findFirst();
  }

  private static boolean belongs(ElfFile file, Path path, DebugLink link, Optional<String> buildId)
      throws IOException {
    return buildId.isPresent() ? file.buildId().equals(buildId) : checksum(path) == link.checksum();
  }

  @FunctionalInterface
  private interface Check {
    boolean accepts(ElfFile file) throws IOException;
  }

  /** A file that is not there, damaged or of another build only means that symbols are missing. */
  private static Optional<ElfFile> openIf(Path path, Check check) {
    try {
      ElfFile file = ElfFile.open(path);
      try {
        if (check.accepts(file)) {
          return Optional.of(file);
        }
      } catch (IOException e) {
        file.close();
        throw e;
      }
      file.close();
      return Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
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
