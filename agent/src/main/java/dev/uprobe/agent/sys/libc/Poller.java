package dev.uprobe.agent.sys.libc;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import jnr.ffi.LastError;
import jnr.ffi.Memory;
import jnr.ffi.NativeType;
import jnr.ffi.Pointer;

/**
 * One thread that waits for any number of descriptors (epoll(7)), and calls the listener of each
 * that can be read. Nothing is woken while there is nothing to read.
 *
 * <p>Descriptors may be added and removed from any thread at any time.
 */
public final class Poller implements Handle, Runnable {
  private static final int EPOLL_CLOEXEC = 0x80000;
  private static final int EPOLL_CTL_ADD = 1;
  private static final int EPOLL_CTL_DEL = 2;
  private static final int EPOLLIN = 1;
  private static final int EFD_CLOEXEC = 0x80000;
  private static final int FOREVER = -1;
  private static final int MAX_EVENTS = 64;

  private final Libc libc;
  private final HandleStack handles = new HandleStack();
  private final Map<Integer, Runnable> listeners = new ConcurrentHashMap<>();
  private final int epollFd;
  private final int wakeFd;
  private final int dataOffset;
  private final int eventSize;
  private volatile boolean stopped;

  public Poller(Libc libc, Architecture architecture) throws KernelException {
    this.libc = libc;
    // struct epoll_event is packed on x86-64 only (linux/eventpoll.h).
    this.dataOffset = architecture == Architecture.X86_64 ? 4 : 8;
    this.eventSize = dataOffset + Long.BYTES;
    try {
      this.epollFd = checked("epoll_create1", libc.epoll_create1(EPOLL_CLOEXEC));
      handles.push(() -> libc.close(epollFd));
      this.wakeFd = checked("eventfd", libc.eventfd(0, EFD_CLOEXEC));
      handles.push(() -> libc.close(wakeFd));
      add(wakeFd, () -> {});
    } catch (KernelException e) {
      handles.close();
      throw e;
    }
  }

  private int checked(String call, int result) throws KernelException {
    if (result < 0) {
      int errno = LastError.getLastError(libc.runtime());
      throw new KernelException(call + " failed: " + Errno.describe(errno) + ".", errno, "");
    }
    return result;
  }

  /**
   * Waits for a descriptor too.
   *
   * @param fd stays its owner's
   * @param listener reads what is there, on the thread that runs; it is called again while it
   *     leaves something
   */
  public void add(int fd, Runnable listener) throws KernelException {
    Pointer event = Memory.allocateDirect(libc.runtime(), eventSize, true);
    event.putInt(0, EPOLLIN);
    event.putLong(dataOffset, fd);
    listeners.put(fd, listener);
    try {
      checked("epoll_ctl", libc.epoll_ctl(epollFd, EPOLL_CTL_ADD, fd, event));
    } catch (KernelException e) {
      listeners.remove(fd);
      throw e;
    }
  }

  /** Waits for a descriptor no more; to be called before it is closed. */
  public void remove(int fd) {
    listeners.remove(fd);
    libc.epoll_ctl(
        epollFd, EPOLL_CTL_DEL, fd, Memory.allocateDirect(libc.runtime(), eventSize, true));
  }

  /** Calls listeners until {@link #stop}. */
  @Override
  public void run() {
    Pointer events = Memory.allocateDirect(libc.runtime(), MAX_EVENTS * eventSize, true);
    while (!stopped) {
      int count = libc.epoll_wait(epollFd, events, MAX_EVENTS, FOREVER);
      for (int i = 0; i < count && !stopped; i++) {
        int fd = (int) events.getLong((long) i * eventSize + dataOffset);
        listeners.getOrDefault(fd, () -> {}).run();
      }
    }
  }

  /** Ends {@link #run}, from any thread. */
  public void stop() {
    stopped = true;
    Pointer one = Memory.allocateDirect(libc.runtime(), NativeType.SLONGLONG);
    one.putLong(0, 1);
    libc.write(wakeFd, one, Long.BYTES);
  }

  /** Gives back what this holds; only once {@link #run} has returned. */
  @Override
  public void close() {
    handles.close();
  }
}
