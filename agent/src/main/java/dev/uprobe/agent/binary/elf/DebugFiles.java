package dev.uprobe.agent.binary.elf;

import dev.uprobe.agent.sys.tree.FileTree;
import dev.uprobe.agent.sys.tree.OpenedFile;
import dev.uprobe.agent.sys.tree.TrustedTree;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/**
 * Where separate debug files are looked for, as GDB does ("Debugging Information in Separate
 * Files"): by build id, then by the name in {@code .gnu_debuglink}.
 */
public final class DebugFiles {
  /** More would take many seconds to sum up. */
  private static final long MAX_CHECKED_BYTES = 1L << 30;

  private static final String DEBUG = "/usr/lib/debug";

  private final Optional<FileTree> tree;
  private final String folder;

  private DebugFiles(Optional<FileTree> tree, String folder) {
    this.tree = tree;
    this.folder = folder;
  }

  public static DebugFiles none() {
    return new DebugFiles(Optional.empty(), "");
  }

  /**
   * Returns where the debug information of a file may be.
   *
   * @param root the root of the file system that the file belongs to, which is trusted
   * @param file the path of the ELF file in that file system
   */
  public static DebugFiles of(Path root, Path file) {
    return of(new TrustedTree(root), file.toString());
  }

  /**
   * Returns where the debug information of a file may be.
   *
   * @param tree the file system that the file belongs to; it must stay open as long as this is used
   * @param file the path of the ELF file in that file system
   */
  public static DebugFiles of(FileTree tree, String file) {
    String absolute = file.startsWith("/") ? file : "/" + file;
    return new DebugFiles(Optional.of(tree), absolute.substring(0, absolute.lastIndexOf('/')));
  }

  /** The debug file that belongs to this very build of the file. */
  public Optional<ElfFile> open(ElfFile file) throws IOException {
    if (tree.isEmpty()) {
      return Optional.empty();
    }
    Optional<String> buildId = file.buildId();
    if (buildId.isPresent()) {
      Optional<ElfFile> found = openByBuildId(tree.get(), buildId.get());
      if (found.isPresent()) {
        return found;
      }
    }
    Optional<DebugLink> link = file.debugLink();
    return link.isPresent() ? openByLink(tree.get(), link.get(), buildId) : Optional.empty();
  }

  private static Optional<ElfFile> openByBuildId(FileTree tree, String buildId) {
    String path =
        DEBUG + "/.build-id/" + buildId.substring(0, 2) + "/" + buildId.substring(2) + ".debug";
    return openIf(tree, path, (file, opened) -> file.buildId().equals(Optional.of(buildId)));
  }

  private Optional<ElfFile> openByLink(FileTree tree, DebugLink link, Optional<String> buildId) {
    return Stream.of(folder, folder + "/.debug", DEBUG + folder)
        .map(each -> each + "/" + link.fileName())
        .flatMap(
            path ->
                openIf(tree, path, (file, opened) -> belongs(file, opened, link, buildId)).stream())
        .findFirst();
  }

  private static boolean belongs(
      ElfFile file, OpenedFile opened, DebugLink link, Optional<String> buildId)
      throws IOException {
    return buildId.isPresent()
        ? file.buildId().equals(buildId)
        : checksum(opened.path()) == link.checksum();
  }

  @FunctionalInterface
  private interface Check {
    boolean accepts(ElfFile file, OpenedFile opened) throws IOException;
  }

  /** A file that is not there, damaged or of another build only means that symbols are missing. */
  private static Optional<ElfFile> openIf(FileTree tree, String path, Check check) {
    try (OpenedFile opened = tree.open(path)) {
      ElfFile file = ElfFile.open(opened.path(), path);
      try {
        if (check.accepts(file, opened)) {
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
