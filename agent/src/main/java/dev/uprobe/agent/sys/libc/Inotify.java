package dev.uprobe.agent.sys.libc;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.Consumer;
import jnr.ffi.LastError;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;

/** Reports changes to files and folders (inotify(7)). Watches may be added from any thread. */
public final class Inotify implements Handle {
  public static final int IN_MODIFY = 0x2;
  public static final int IN_ATTRIB = 0x4;
  public static final int IN_CLOSE_WRITE = 0x8;
  public static final int IN_MOVED_TO = 0x80;
  public static final int IN_CREATE = 0x100;

  /** There was no room for some events; the watch is -1. */
  public static final int IN_Q_OVERFLOW = 0x4000;

  /** The watch is gone: it was removed, or the file was. */
  public static final int IN_IGNORED = 0x8000;

  private static final int IN_NONBLOCK = 0x800;
  private static final int IN_CLOEXEC = 0x80000;
  private static final int HEADER_SIZE = 16;
  private static final int BUFFER_SIZE = 16 * 1024;

  private final Libc libc;
  private final int fd;
  private final Pointer buffer;

  /**
   * What happened.
   *
   * @param watch as {@link #add} returned it
   * @param mask of IN_*
   * @param name in the watched folder; empty where the watched file itself is meant
   */
  public record Event(int watch, int mask, String name) {
    public boolean is(int flag) {
      return (mask & flag) != 0;
    }
  }

  /**
   * Opens an inotify instance.
   *
   * @throws KernelException where the user has no more of them (fs.inotify.max_user_instances)
   */
  public Inotify(Libc libc) throws KernelException {
    this.libc = libc;
    this.fd = libc.inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (fd < 0) {
      int errno = LastError.getLastError(libc.runtime());
      throw new KernelException(
          errno == Errno.EMFILE
              ? "fs.inotify.max_user_instances is used up; raise it with sysctl."
              : "inotify_init1 failed: " + Errno.describe(errno) + ".",
          errno,
          "");
    }
    this.buffer = Memory.allocateDirect(libc.runtime(), BUFFER_SIZE);
  }

  public int fd() {
    return fd;
  }

  /**
   * Watches a file or a folder.
   *
   * @param path followed to its end; it need not stay open
   * @return the number of the watch: the same one for every path of the same inode
   * @throws KernelException where the user has no more of them (fs.inotify.max_user_watches), or
   *     may not read it
   */
  public int add(Path path, int mask) throws KernelException {
    int watch = libc.inotify_add_watch(fd, path.toString(), mask);
    if (watch < 0) {
      int errno = LastError.getLastError(libc.runtime());
      throw new KernelException(
          errno == Errno.ENOSPC
              ? "fs.inotify.max_user_watches is used up; raise it with sysctl."
              : "inotify_add_watch failed: " + Errno.describe(errno) + ".",
          errno,
          "");
    }
    return watch;
  }

  /** Ends a watch; events that are under way may still be reported. */
  public void remove(int watch) {
    libc.inotify_rm_watch(fd, watch);
  }

  /** Hands over every event that is there. Used by one thread. */
  public void drain(Consumer<Event> listener) {
    long length = libc.read(fd, buffer, BUFFER_SIZE);
    while (length > 0) {
      int at = 0;
      while (at < length) {
        int nameLength = buffer.getInt(at + 12L);
        listener.accept(
            new Event(
                buffer.getInt(at), buffer.getInt(at + 4L), name(at + HEADER_SIZE, nameLength)));
        at += HEADER_SIZE + nameLength;
      }
      length = libc.read(fd, buffer, BUFFER_SIZE);
    }
  }

  /** The kernel fills a name up with zeroes. */
  private String name(int at, int length) {
    byte[] bytes = new byte[length];
    buffer.get(at, bytes, 0, length);
    int end = 0;
    while (end < length && bytes[end] != 0) {
      end++;
    }
    return new String(bytes, 0, end, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    libc.close(fd);
  }
}
