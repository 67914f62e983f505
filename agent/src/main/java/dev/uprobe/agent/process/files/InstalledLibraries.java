package dev.uprobe.agent.process.files;

import dev.uprobe.agent.binary.elf.ElfFile;
import dev.uprobe.agent.binary.elf.Machine;
import dev.uprobe.agent.sys.tree.FileTree;
import dev.uprobe.agent.sys.tree.OpenedFile;
import dev.uprobe.language.text.NearestNames;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The libraries of a file system, from {@code ld.so.cache} and else from the usual folders, which
 * are those of musl too.
 */
public final class InstalledLibraries {
  private static final String CACHE = "/etc/ld.so.cache";
  private static final int NEAREST = 3;

  /** Files that are opened to see what they are; a library has a few variants. */
  private static final int MAX_CANDIDATES = 256;

  private final FileTree tree;
  private final Machine machine;

  public InstalledLibraries(FileTree tree, Machine machine) {
    this.tree = tree;
    this.machine = machine;
  }

  /** The absolute paths of the files of this name that are for this machine. */
  public List<String> find(LibraryName name) throws IOException {
    List<String> cached = forThisMachine(cache().find(name));
    return cached.isEmpty()
        ? forThisMachine(inFolders().stream().filter(each -> matches(name, each)).toList())
        : cached;
  }

  /** Up to three libraries that are there, and look most like the one that is not. */
  public List<String> nearest(LibraryName name) throws IOException {
    boolean fileName = name.text().contains(".so");
    List<String> known =
        names().stream()
            .map(each -> fileName ? each : LibraryName.shortName(each))
            .distinct()
            .toList();
    return NearestNames.nearest(name.text(), known, NEAREST);
  }

  /** The file names of everything that can be found. */
  private Set<String> names() throws IOException {
    Set<String> names = new LinkedHashSet<>(cache().names());
    inFolders().forEach(path -> names.add(fileName(path)));
    return names;
  }

  private LdSoCache cache() throws IOException {
    Optional<OpenedFile> cache = openCache();
    if (cache.isEmpty()) {
      return LdSoCache.empty();
    }
    try (OpenedFile file = cache.get()) {
      return LdSoCache.read(file.path(), CACHE, machine);
    }
  }

  private Optional<OpenedFile> openCache() {
    try {
      return Optional.of(tree.open(CACHE));
    } catch (IOException e) {
      // Systems with musl have none.
      return Optional.empty();
    }
  }

  private List<String> inFolders() throws IOException {
    List<String> paths = new ArrayList<>();
    String multiarch = machine.gnuName() + "-linux-gnu";
    for (String parent : List.of("/lib", "/usr/lib", "/usr/local/lib")) {
      for (String folder : List.of(parent, parent + "64", parent + "/" + multiarch)) {
        for (String name : tree.names(folder)) {
          if (name.contains(".so")) {
            paths.add(folder + "/" + name);
          }
        }
      }
    }
    return paths;
  }

  private List<String> forThisMachine(Collection<String> paths) {
    return paths.stream().limit(MAX_CANDIDATES).filter(this::forThisMachine).toList();
  }

  private boolean forThisMachine(String path) {
    try (OpenedFile opened = tree.open(path);
        ElfFile file = ElfFile.open(opened.path(), path)) {
      return file.machine().equals(machine);
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean matches(LibraryName name, String path) {
    return name.matches(fileName(path));
  }

  private static String fileName(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }
}
