package dev.uprobe.agent.process.files;

import dev.uprobe.agent.process.procfs.FileIdentity;
import dev.uprobe.agent.process.procfs.Mapping;
import dev.uprobe.agent.process.procfs.MountNamespace;
import dev.uprobe.agent.process.procfs.Processes;
import dev.uprobe.agent.sys.libc.Handle;
import dev.uprobe.agent.sys.libc.HandleStack;
import dev.uprobe.agent.sys.libc.Libc;
import dev.uprobe.agent.sys.tree.ConfinedTree;
import dev.uprobe.agent.sys.tree.OpenedFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The files of one process, in the process's own file system, which may be hostile.
 *
 * <p>The process's folder of {@code /proc} stays open, so another process that gets the same number
 * is never taken for it: everything fails once the process has ended.
 */
public final class ProcessFiles implements Handle {
  private final HandleStack handles = new HandleStack();
  private final Libc libc;
  private final Path folder;
  private final ConfinedTree root;

  private ProcessFiles(Libc libc, Path process) throws IOException {
    this.libc = libc;
    try {
      this.folder = handles.push(ConfinedTree.openTrusted(libc, process)).path();
      this.root = handles.push(ConfinedTree.at(libc, folder.resolve("root")));
    } catch (IOException e) {
      handles.close();
      throw e;
    }
  }

  /**
   * Opens the files of a process.
   *
   * @param process its folder under {@code /proc}
   * @throws IOException if the process has ended, or may not be looked at
   */
  public static ProcessFiles open(Libc libc, Path process) throws IOException {
    return new ProcessFiles(libc, process);
  }

  /** The inode number of the mount namespace that the process is in. */
  public long mountNamespace() throws IOException {
    return MountNamespace.of(folder);
  }

  /** The file system below the process's root directory; it is closed with this. */
  public ConfinedTree root() {
    return root;
  }

  /** The path of the executable in the process's own file system; kernel threads have none. */
  public Optional<String> executable() {
    return Processes.executable(folder);
  }

  /** Opens {@link #root} once more, for who needs it longer than this. */
  public ConfinedTree openRoot() throws IOException {
    return ConfinedTree.at(libc, folder.resolve("root"));
  }

  /** The process's mappings of files that it may execute; none when it has ended. */
  public List<Mapping> code() {
    return Processes.mappings(folder).stream()
        .filter(each -> each.ofFile() && each.executable())
        .toList();
  }

  /**
   * Opens the very file that the process has mapped: by its name, else as the process's executable,
   * else through the mapping itself, which needs CAP_CHECKPOINT_RESTORE or CAP_SYS_ADMIN.
   *
   * @return empty where the file has lost its name and cannot be reached in another way, or is no
   *     regular file
   */
  public Optional<OpenedFile> open(Mapping mapping) {
    String range = Long.toHexString(mapping.start()) + "-" + Long.toHexString(mapping.end());
    return openIfSame(mapping, () -> root.open(mapping.path()))
        .or(() -> openIfSame(mapping, () -> linked("exe", mapping)))
        .or(() -> openIfSame(mapping, () -> linked("map_files/" + range, mapping)));
  }

  private OpenedFile linked(String link, Mapping mapping) throws IOException {
    OpenedFile file = ConfinedTree.openTrusted(libc, folder.resolve(link));
    return ConfinedTree.checked(file, mapping.path());
  }

  @FunctionalInterface
  private interface Opening {
    OpenedFile open() throws IOException;
  }

  /** Overlay file systems show another device in maps than stat does, so the inode decides. */
  private static Optional<OpenedFile> openIfSame(Mapping mapping, Opening opening) {
    try {
      OpenedFile file = opening.open();
      if (FileIdentity.of(file.path()).inode() == mapping.file().inode()) {
        return Optional.of(file);
      }
      file.close();
      return Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    handles.close();
  }
}
