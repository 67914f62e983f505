package dev.uprobe.agent.sys.tree;

import java.io.IOException;
import java.util.List;

/** A file system, as programs see it whose root directory is the tree's. */
public interface FileTree {
  /** A folder of libraries has some thousand files. */
  int MAX_NAMES = 100_000;

  /**
   * Opens a regular file; symbolic links are followed.
   *
   * @param path in this tree; it starts at the root, with or without a slash
   * @throws java.nio.file.NoSuchFileException if there is none
   * @throws IOException if it is no regular file, or cannot be opened; the message names the file
   */
  OpenedFile open(String path) throws IOException;

  /**
   * Lists a folder.
   *
   * @param path in this tree, like that of a file
   * @return the names of the first {@value #MAX_NAMES} entries; none where there is no such folder
   */
  List<String> names(String path) throws IOException;
}
