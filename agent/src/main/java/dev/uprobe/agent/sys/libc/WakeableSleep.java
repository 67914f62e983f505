package dev.uprobe.agent.sys.libc;

import jnr.ffi.LastError;
import jnr.ffi.Memory;
import jnr.ffi.NativeType;
import jnr.ffi.Pointer;

/**
 * Lets one thread sleep until a descriptor has something to read, or another thread wakes it.
 *
 * <p>Only {@link #wake} and {@link #close} may be called from a second thread, {@code close} once
 * the first has stopped.
 */
public final class WakeableSleep implements Handle {
  private static final int POLLIN = 1;
  private static final int POLLFD_SIZE = 8;

  /** Where poll says whether there was a wake-up: revents of the first struct pollfd. */
  private static final int ANSWER = 6;

  private static final int EFD_CLOEXEC = 0x80000;

  private final Libc libc;
  private final int eventFd;
  private final int count;
  private final Pointer pollFds;
  private final Pointer wakeUps;

  /** Creates one for the given descriptors, which stay their owner's. */
  public WakeableSleep(Libc libc, int... fds) throws KernelException {
    this.libc = libc;
    this.eventFd = libc.eventfd(0, EFD_CLOEXEC);
    if (eventFd < 0) {
      int errno = LastError.getLastError(libc.runtime());
      throw new KernelException("eventfd failed: " + Errno.describe(errno) + ".", errno, "");
    }
    this.count = fds.length + 1;
    this.pollFds = Memory.allocateDirect(libc.runtime(), count * POLLFD_SIZE, true);
    this.wakeUps = Memory.allocateDirect(libc.runtime(), NativeType.SLONGLONG);
    watch(0, eventFd);
    for (int i = 0; i < fds.length; i++) {
      watch(i + 1, fds[i]);
    }
  }

  private void watch(int slot, int fd) {
    pollFds.putInt((long) slot * POLLFD_SIZE, fd);
    pollFds.putShort((long) slot * POLLFD_SIZE + 4, (short) POLLIN);
  }

  /** Sleeps until there is something to read, {@link #wake} was called, or the time is over. */
  public void sleep(int timeoutMillis) {
    // An interrupted poll may leave the answers of the one before.
    pollFds.putShort(ANSWER, (short) 0);
    libc.poll(pollFds, count, timeoutMillis);
    if (pollFds.getShort(ANSWER) != 0) {
      libc.read(eventFd, wakeUps, Long.BYTES);
    }
  }

  /** Ends the sleep of the other thread, or its next one. */
  public void wake() {
    Pointer one = Memory.allocateDirect(libc.runtime(), NativeType.SLONGLONG);
    one.putLong(0, 1);
    libc.write(eventFd, one, Long.BYTES);
  }

  @Override
  public void close() {
    libc.close(eventFd);
  }
}
