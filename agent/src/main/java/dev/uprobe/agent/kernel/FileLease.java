package dev.uprobe.agent.kernel;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A lease on a file (fcntl(2), F_SETLEASE): who opens the file for writing, or truncates it, waits
 * in that call until the lease is closed, or for {@code fs.lease-break-time} (45 s by default).
 * Those who have it open to read or run it are not concerned, nor is who replaces it by rename.
 */
public final class FileLease implements Handle {
  private static final int O_RDONLY = 0;
  private static final int O_NONBLOCK = 0x800;
  private static final int O_CLOEXEC = 0x80000;
  private static final int F_SETLEASE = 1024;
  private static final int F_GETLEASE = 1025;
  private static final int F_RDLCK = 0;

  private final Libc libc;
  private final int fd;
  private final AtomicBoolean closed = new AtomicBoolean();

  private FileLease(Libc libc, int fd) {
    this.libc = libc;
    this.fd = fd;
  }

  /**
   * Takes a lease. The kernel sends SIGIO to this process when somebody wants to write.
   *
   * @param path opens the file now
   * @return empty where the file is open for writing, is another user's (without CAP_LEASE), or is
   *     in a file system without leases
   */
  public static Optional<FileLease> take(Libc libc, Path path) {
    int fd = libc.open(path.toString(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) {
      return Optional.empty();
    }
    if (libc.fcntl(fd, F_SETLEASE, F_RDLCK) != 0) {
      libc.close(fd);
      return Optional.empty();
    }
    return Optional.of(new FileLease(libc, fd));
  }

  /** Returns whether somebody waits to write. */
  public synchronized boolean isBroken() {
    return !closed.get() && libc.fcntl(fd, F_GETLEASE, 0) != F_RDLCK;
  }

  /** Lets writers go on. */
  @Override
  public synchronized void close() {
    if (!closed.getAndSet(true)) {
      libc.close(fd);
    }
  }
}
