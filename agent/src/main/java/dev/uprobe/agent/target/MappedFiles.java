package dev.uprobe.agent.target;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/** Finds a path that opens the very file that a process has mapped. */
final class MappedFiles {
  private final Processes processes;

  MappedFiles(Processes processes) {
    this.processes = processes;
  }

  /**
   * The file's path on this host where it is the same file, else through the process's root, else
   * through the mapping itself, which also opens files without a name.
   */
  Optional<Path> path(int pid, Mapping mapping) {
    return onHost(mapping)
        .or(() -> throughRoot(pid, mapping))
        .or(() -> throughMapping(pid, mapping));
  }

  private static Optional<Path> onHost(Mapping mapping) {
    try {
      Path path = Path.of(mapping.path());
      return FileIdentity.of(path).equals(mapping.file()) ? Optional.of(path) : Optional.empty();
    } catch (IOException | InvalidPathException e) {
      return Optional.empty();
    }
  }

  /** Overlay file systems show another device in maps than stat does, so the inode decides. */
  private Optional<Path> throughRoot(int pid, Mapping mapping) {
    try {
      Path path = processes.folder(pid).resolve("root").resolve(mapping.path().substring(1));
      boolean same = FileIdentity.of(path).inode() == mapping.file().inode();
      return same ? Optional.of(path) : Optional.empty();
    } catch (IOException | InvalidPathException e) {
      return Optional.empty();
    }
  }

  private Optional<Path> throughMapping(int pid, Mapping mapping) {
    String range = Long.toHexString(mapping.start()) + "-" + Long.toHexString(mapping.end());
    Path path = processes.folder(pid).resolve("map_files").resolve(range);
    try {
      FileIdentity.of(path);
      return Optional.of(path);
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
