package dev.uprobe.agent.sys.tree;

import dev.uprobe.agent.sys.libc.Handle;
import dev.uprobe.agent.sys.libc.Libc;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;

/** A file that can be opened by its path until this is closed. */
public final class OpenedFile implements Handle {
  private final Path path;
  private final boolean isDescriptor;
  private final Handle handle;
  private final AtomicBoolean closed = new AtomicBoolean();

  private OpenedFile(Path path, boolean isDescriptor, Handle handle) {
    this.path = path;
    this.isDescriptor = isDescriptor;
    this.handle = handle;
  }

  /** A file that needs nothing to stay open: its path is trusted. */
  static OpenedFile at(Path path) {
    return new OpenedFile(path, false, () -> {});
  }

  /** Takes over a descriptor. */
  static OpenedFile ofDescriptor(Libc libc, int fd) {
    Path path = Path.of("/proc/self/fd", Integer.toString(fd));
    return new OpenedFile(path, true, () -> libc.close(fd));
  }

  /**
   * Returns a path that opens this very file, whatever becomes of its names. It may be one of
   * {@code /proc/self/fd} and then means nothing after {@link #close}, when its number may be
   * another file's.
   */
  public Path path() {
    return path;
  }

  /** Returns the file's own name, without symbolic links, as {@code /proc/PID/maps} shows it. */
  public String realName() throws IOException {
    return (isDescriptor ? Files.readSymbolicLink(path) : path.toRealPath()).toString();
  }

  @Override
  public void close() {
    if (!closed.getAndSet(true)) {
      handle.close();
    }
  }
}
