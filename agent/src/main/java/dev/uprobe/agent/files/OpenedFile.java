package dev.uprobe.agent.files;

import dev.uprobe.agent.kernel.Handle;
import dev.uprobe.agent.kernel.Libc;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;

/** A file that can be opened by its path until this is closed. */
public final class OpenedFile implements Handle {
  private final Path path;
  private final Handle handle;
  private final AtomicBoolean closed = new AtomicBoolean();

  private OpenedFile(Path path, Handle handle) {
    this.path = path;
    this.handle = handle;
  }

  /** A file that needs nothing to stay open: its path is trusted. */
  static OpenedFile at(Path path) {
    return new OpenedFile(path, () -> {});
  }

  /** Takes over a descriptor. */
  static OpenedFile ofDescriptor(Libc libc, int fd) {
    return new OpenedFile(Path.of("/proc/self/fd", Integer.toString(fd)), () -> libc.close(fd));
  }

  /**
   * Returns a path that opens this very file, whatever becomes of its names. It is one of {@code
   * /proc/self/fd} and means nothing after {@link #close}, when its number may be another file's.
   */
  public Path path() {
    return path;
  }

  @Override
  public void close() {
    if (!closed.getAndSet(true)) {
      handle.close();
    }
  }
}
