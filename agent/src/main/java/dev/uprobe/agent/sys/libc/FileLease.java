package dev.uprobe.agent.sys.libc;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import jnr.ffi.LastError;

/**
 * A lease on a file (fcntl(2), F_SETLEASE): who opens the file for writing, or truncates it, waits
 * in that call until the lease is closed, or for {@code fs.lease-break-time} (45 s by default).
 * Those who have it open to read or run it are not concerned, nor is who replaces it by rename.
 */
public final class FileLease implements Handle {
  private static final int O_RDONLY = 0;
  private static final int O_NONBLOCK = 0x800;
  private static final int F_SETLEASE = 1024;
  private static final int F_GETLEASE = 1025;
  private static final int F_RDLCK = 0;

  private final Libc libc;
  private final int fd;
  private final AtomicBoolean closed = new AtomicBoolean();

  /**
   * The kernel's answer.
   *
   * @param lease empty where the file is open for writing, is another user's (without CAP_LEASE),
   *     or is in a file system without leases
   * @param isOpenForWriting whether somebody has the file open for writing now
   */
  public record Answer(Optional<FileLease> lease, boolean isOpenForWriting) {}

  private FileLease(Libc libc, int fd) {
    this.libc = libc;
    this.fd = fd;
  }

  /**
   * Takes a lease. The kernel sends SIGIO to this process when somebody wants to write.
   *
   * @param path opens the file now
   * @return what the kernel says
   */
  public static Answer take(Libc libc, Path path) {
    int fd = libc.open(path.toString(), O_RDONLY | O_NONBLOCK | Libc.O_CLOEXEC);
    if (fd < 0) {
      return new Answer(Optional.empty(), false);
    }
    if (libc.fcntl(fd, F_SETLEASE, F_RDLCK) != 0) {
      // Nothing else is refused by this number (fs/locks.c, check_conflicting_open).
      boolean isOpenForWriting = LastError.getLastError(libc.runtime()) == Errno.EAGAIN;
      libc.close(fd);
      return new Answer(Optional.empty(), isOpenForWriting);
    }
    return new Answer(Optional.of(new FileLease(libc, fd)), false);
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
