package dev.uprobe.agent.target;

import dev.uprobe.agent.elf.ElfFile;
import dev.uprobe.agent.elf.Machine;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The libraries on a host's disk, from {@code ld.so.cache} and else from the usual folders. */
final class InstalledLibraries {
  /** A folder of libraries has some thousand files. */
  private static final int MAX_FILES = 100_000;

  private final Path root;
  private final Machine machine;

  InstalledLibraries(Path root, Machine machine) {
    this.root = root;
    this.machine = machine;
  }

  /** The files of this name that are for this machine. */
  List<Path> find(LibraryName name) throws IOException {
    List<Path> cached = existing(cache().find(name));
    return cached.isEmpty() ? inFolders(name) : cached;
  }

  /** The file names of everything that can be found. */
  Set<String> names() throws IOException {
    Set<String> names = new LinkedHashSet<>(cache().names());
    for (Path file : inFolders()) {
      names.add(file.getFileName().toString());
    }
    return names;
  }

  private LdSoCache cache() throws IOException {
    return LdSoCache.read(root.resolve("etc/ld.so.cache"), machine);
  }

  private List<Path> existing(List<String> paths) {
    List<Path> files = new ArrayList<>();
    for (String path : paths) {
      try {
        Path file = root.resolve(path.replaceFirst("^/+", ""));
        if (forThisMachine(file)) {
          files.add(file);
        }
      } catch (InvalidPathException e) {
        // A name that this locale cannot spell is no library that the user could have named.
        continue;
      }
    }
    return files;
  }

  private List<Path> inFolders(LibraryName name) throws IOException {
    return inFolders().stream()
        .filter(file -> name.matches(file.getFileName().toString()))
        .filter(this::forThisMachine)
        .toList();
  }

  private List<Path> inFolders() throws IOException {
    List<Path> files = new ArrayList<>();
    String multiarch = machine.gnuName() + "-linux-gnu";
    for (String parent : List.of("lib", "usr/lib", "usr/local/lib")) {
      for (String folder : List.of(parent, parent + "64", parent + "/" + multiarch)) {
        addLibraries(root.resolve(folder), files);
      }
    }
    return files;
  }

  private static void addLibraries(Path folder, List<Path> files) throws IOException {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, "*.so*")) {
      for (Path entry : entries) {
        if (files.size() < MAX_FILES) {
          files.add(entry);
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }

  private boolean forThisMachine(Path path) {
    try (ElfFile file = ElfFile.open(path)) {
      return file.machine().equals(machine);
    } catch (IOException e) {
      return false;
    }
  }
}
