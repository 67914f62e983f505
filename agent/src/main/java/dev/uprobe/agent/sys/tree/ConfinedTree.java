package dev.uprobe.agent.sys.tree;

import dev.uprobe.agent.sys.libc.Errno;
import dev.uprobe.agent.sys.libc.Handle;
import dev.uprobe.agent.sys.libc.Libc;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import jnr.ffi.LastError;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;

/**
 * A file system that nothing leaves, whoever owns it: links, {@code ..} and mounts lead where they
 * would for a process with this root directory (openat2(2), RESOLVE_IN_ROOT), and the links of
 * {@code /proc/PID} lead nowhere (RESOLVE_NO_MAGICLINKS).
 *
 * <p>Files are opened with O_PATH, which touches neither devices nor pipes, and are looked at
 * before anybody reads them. Needs Linux 5.6.
 */
public final class ConfinedTree implements FileTree, Handle {
  /** A browser with its debug information has some gigabytes. */
  static final long MAX_SIZE = 16L << 30;

  /** The same number on all architectures (asm-generic/unistd.h). */
  private static final long OPENAT2 = 437;

  private static final int OPEN_HOW_SIZE = 24;
  private static final long RESOLVE_NO_MAGICLINKS = 2;
  private static final long RESOLVE_IN_ROOT = 16;

  private static final int O_PATH = 0x200000;

  /** PATH_MAX of linux/limits.h, with the zero at the end. */
  private static final int MAX_PATH = 4096;

  /** The kernel gives up on {@code ..} while somebody renames folders. */
  private static final int ATTEMPTS = 16;

  private final Libc libc;
  private final OpenedFile root;

  private ConfinedTree(Libc libc, OpenedFile root) {
    this.libc = libc;
    this.root = root;
  }

  /**
   * Opens the tree below a folder.
   *
   * @param root such as {@code /proc/PID/root}; its own path is trusted
   */
  public static ConfinedTree at(Libc libc, Path root) throws IOException {
    return new ConfinedTree(libc, openTrusted(libc, root));
  }

  /** Opens a file or folder by a path that is trusted, whatever it is. */
  public static OpenedFile openTrusted(Libc libc, Path path) throws IOException {
    int fd = libc.open(path.toString(), O_PATH | Libc.O_CLOEXEC);
    if (fd < 0) {
      throw failure(path.toString(), LastError.getLastError(libc.runtime()));
    }
    return OpenedFile.ofDescriptor(libc, fd);
  }

  @Override
  public OpenedFile open(String path) throws IOException {
    return checked(openAnything(path), path);
  }

  @Override
  public List<String> names(String path) throws IOException {
    try (OpenedFile folder = openAnything(path)) {
      return Files.isDirectory(folder.path())
          ? FolderNames.of(folder.path(), MAX_NAMES)
          : List.of();
    } catch (NoSuchFileException e) {
      return List.of();
    }
  }

  /**
   * Hands back a file that is safe to read, and closes any other: a pipe blocks, a device may do
   * anything, and the files of {@code /proc} that block say that they are empty.
   *
   * @param name what messages call it
   */
  public static OpenedFile checked(OpenedFile file, String name) throws IOException {
    try {
      BasicFileAttributes attributes = Files.readAttributes(file.path(), BasicFileAttributes.class);
      if (!attributes.isRegularFile()) {
        throw new FileSystemException(name, null, "this is not a regular file");
      }
      if (attributes.size() == 0) {
        throw new FileSystemException(name, null, "this file is empty");
      }
      if (attributes.size() > MAX_SIZE) {
        throw new FileSystemException(
            name, null, "this file has more than " + MAX_SIZE + " bytes, which is too many");
      }
      return file;
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }

  private OpenedFile openAnything(String path) throws IOException {
    byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
    if (bytes.length >= MAX_PATH || path.indexOf('\0') >= 0) {
      throw new NoSuchFileException(path, null, "this is not a path");
    }
    // Never empty: to openat2 that is an error, here it is the root.
    Pointer name = Memory.allocateDirect(libc.runtime(), bytes.length + 2, true);
    name.putByte(0, (byte) '/');
    name.put(1, bytes, 0, bytes.length);
    Pointer how = Memory.allocateDirect(libc.runtime(), OPEN_HOW_SIZE, true);
    how.putLong(0, O_PATH | Libc.O_CLOEXEC);
    how.putLong(16, RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS);
    int errno = Errno.EAGAIN;
    for (int i = 0; i < ATTEMPTS && errno == Errno.EAGAIN; i++) {
      long fd = libc.syscall(OPENAT2, descriptor(), name, how, OPEN_HOW_SIZE);
      if (fd >= 0) {
        return OpenedFile.ofDescriptor(libc, (int) fd);
      }
      errno = LastError.getLastError(libc.runtime());
    }
    throw failure(path, errno);
  }

  private int descriptor() {
    return Integer.parseInt(root.path().getFileName().toString());
  }

  private static IOException failure(String path, int errno) {
    return switch (errno) {
      case Errno.ENOENT, Errno.ENOTDIR, Errno.ESRCH ->
          new NoSuchFileException(path, null, "there is no such file");
      case Errno.EACCES -> new AccessDeniedException(path, null, Errno.describe(errno));
      case Errno.ELOOP ->
          new FileSystemException(
              path, null, "this leads through a link of /proc or too many links");
      default -> new FileSystemException(path, null, Errno.describe(errno));
    };
  }

  @Override
  public void close() {
    root.close();
  }
}
