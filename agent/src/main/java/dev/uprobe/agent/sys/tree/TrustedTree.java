package dev.uprobe.agent.sys.tree;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * The file system of this host, or a folder whose owner is trusted: an absolute symbolic link leads
 * to this process's own root.
 *
 * @param root the folder
 */
public record TrustedTree(Path root) implements FileTree {

  /** The file system that this program sees itself. */
  public static TrustedTree ofThisHost() {
    return new TrustedTree(Path.of("/"));
  }

  @Override
  public OpenedFile open(String path) throws IOException {
    Path file = resolve(path);
    if (!Files.exists(file)) {
      throw new NoSuchFileException(path, null, "there is no such file");
    }
    if (!Files.isRegularFile(file)) {
      throw new FileSystemException(path, null, "this is not a regular file");
    }
    return OpenedFile.at(file);
  }

  @Override
  public List<String> names(String path) throws IOException {
    Path folder = resolve(path);
    return Files.isDirectory(folder) ? FolderNames.of(folder, MAX_NAMES) : List.of();
  }

  /** The path of a file of this tree for this program. */
  public Path resolve(String path) throws IOException {
    try {
      return root.resolve(path.replaceFirst("^/+", ""));
    } catch (InvalidPathException e) {
      throw new NoSuchFileException(path, null, "this is not a path: " + e.getReason());
    }
  }
}
