package dev.uprobe.agent.process.files;

import dev.uprobe.agent.sys.libc.HandleStack;
import dev.uprobe.agent.sys.libc.Libc;
import dev.uprobe.agent.sys.tree.ConfinedTree;
import dev.uprobe.agent.sys.tree.FileTree;
import dev.uprobe.agent.sys.tree.TrustedTree;
import dev.uprobe.api.v1alpha1.AttachReason;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The file system of a host.
 *
 * @param opening opens it, anew for each search
 */
record HostRoot(SearchPlace place, Opening opening) {

  /** Opens the file system. */
  @FunctionalInterface
  interface Opening {
    /**
     * Opens it.
     *
     * @param handles closes the file system
     */
    FileTree open(HandleStack handles) throws IOException;
  }

  /** The file system of the host that this program runs on, below a folder. */
  static HostRoot ofThisHost(Path root) {
    TrustedTree tree = new TrustedTree(root);
    return new HostRoot(SearchPlace.HOST, handles -> tree);
  }

  /**
   * The file system of a node, for a program whose own root directory is that of a container.
   *
   * @param processes the folders under {@code /proc} of processes whose root directory is the
   *     node's; the first that may be looked at is taken
   */
  static HostRoot ofNode(Libc libc, List<Path> processes) {
    List<Path> roots = processes.stream().map(each -> each.resolve("root")).toList();
    return new HostRoot(SearchPlace.NODE, handles -> handles.push(open(libc, roots)));
  }

  private static ConfinedTree open(Libc libc, List<Path> roots) throws IOException {
    for (Path root : roots) {
      Optional<ConfinedTree> tree = open(libc, root);
      if (tree.isPresent()) {
        return tree.get();
      }
    }
    throw new TargetException(
        "The files of the node cannot be reached through "
            + roots.stream().map(Path::toString).collect(Collectors.joining(" or "))
            + "; run the agent with hostPID and CAP_SYS_PTRACE");
  }

  private static Optional<ConfinedTree> open(Libc libc, Path root) {
    try {
      return Optional.of(ConfinedTree.at(libc, root));
    } catch (IOException e) {
      // The next process may be open; that none is, is told with all of them.
      return Optional.empty();
    }
  }

  FileTree open(HandleStack handles) throws IOException {
    return opening.open(handles);
  }

  /** In a cluster the agent's own calls would be most of what it traces, and are not reported. */
  boolean isTraceable(int pid) {
    return place != SearchPlace.NODE || pid != ProcessHandle.current().pid();
  }

  /**
   * Returns the absolute path that a user means: on the host that this program runs on, one may
   * start at the working folder.
   */
  String path(String text) throws TargetException {
    if (place == SearchPlace.NODE && !text.startsWith("/")) {
      throw new TargetException(
          AttachReason.FILE_NOT_FOUND,
          "\"" + text + "\" is a relative path; write it from the node's root, as in /usr/bin/app");
    }
    try {
      return Path.of(text).toAbsolutePath().toString();
    } catch (InvalidPathException e) {
      throw new TargetException(
          AttachReason.FILE_NOT_FOUND, "\"" + text + "\" is not a path: " + e.getReason());
    }
  }
}
