package dev.uprobe.agent.sys.libc;

import jnr.ffi.LibraryLoader;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import jnr.ffi.types.intptr_t;
import jnr.ffi.types.size_t;

/** The few functions of the C library that the agent needs and Java has no word for. */
public interface Libc {
  /** Of open(2), the same on x86-64 and arm64. */
  int O_CLOEXEC = 0x80000;

  /** Loads the C library. */
  static Libc load() {
    return LibraryLoader.create(Libc.class).load("c");
  }

  /** Returns the runtime that native memory for these calls is allocated in. */
  default Runtime runtime() {
    return Runtime.getRuntime(this);
  }

  /** open(2), without a mode: no file is created. */
  int open(String path, int flags);

  /** isatty(3): 1 where the descriptor is a terminal. */
  int isatty(int fd);

  /** close(2). */
  int close(int fd);

  /**
   * mmap(2); the address is -1 when it fails.
   *
   * <p>Its address is a pointer for a reason: jnr-ffi 2.3.0 loses the sixth of six plain numbers.
   */
  Pointer mmap(
      Pointer address, @size_t long length, int protection, int flags, int fd, long offset);

  /** munmap(2). */
  int munmap(Pointer address, @size_t long length);

  /** getpagesize(2), in bytes. */
  int getpagesize();

  /** poll(2). */
  int poll(Pointer fds, long count, int timeoutMillis);

  /** epoll_create1(2). */
  int epoll_create1(int flags);

  /** epoll_ctl(2). */
  int epoll_ctl(int epollFd, int operation, int fd, Pointer event);

  /** epoll_wait(2). */
  int epoll_wait(int epollFd, Pointer events, int maxEvents, int timeoutMillis);

  /** inotify_init1(2). */
  int inotify_init1(int flags);

  /** inotify_add_watch(2). */
  int inotify_add_watch(int fd, String path, int mask);

  /** inotify_rm_watch(2). */
  int inotify_rm_watch(int fd, int watch);

  /** signal(2); a null handler is SIG_DFL. */
  Pointer signal(int number, Pointer handler);

  /** eventfd(2). */
  int eventfd(int initial, int flags);

  /** write(2). */
  @intptr_t
  long write(int fd, Pointer buffer, @size_t long count);

  /** read(2). */
  @intptr_t
  long read(int fd, Pointer buffer, @size_t long count);

  /** sched_setscheduler(2). */
  int sched_setscheduler(int pid, int policy, Pointer parameters);

  /** syscall(2), of bpf(2): it has no wrapper in the C library. */
  @intptr_t
  long syscall(long number, int command, Pointer attributes, int size);

  /** syscall(2), of perf_event_open(2): it has no wrapper in the C library. */
  @intptr_t
  long syscall(long number, Pointer attributes, int pid, int cpu, int groupFd, long flags);

  /** syscall(2), of openat2(2): it has no wrapper in the C library. */
  @intptr_t
  long syscall(long number, int directory, Pointer path, Pointer how, @size_t long size);

  /** prctl(2). */
  int prctl(int option, long second, long third, long fourth, long fifth);

  /** fcntl(2). */
  int fcntl(int fd, int command, long argument);

  /** capset(2), of the calling thread. */
  int capset(Pointer header, Pointer data);

  /** execve(2); returns only when it fails. */
  int execve(String path, Pointer arguments, Pointer environment);

  /** syscall(2), of pidfd_open(2): it has no wrapper in older C libraries. */
  @intptr_t
  long syscall(long number, int pid, int flags);

  /** vsnprintf(3); {@code arguments} is the C library's own va_list. */
  int vsnprintf(Pointer buffer, @size_t long size, Pointer format, Pointer arguments);
}
