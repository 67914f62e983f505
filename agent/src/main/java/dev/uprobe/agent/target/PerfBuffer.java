package dev.uprobe.agent.target;

import dev.uprobe.agent.kernel.Architecture;
import dev.uprobe.agent.kernel.Errno;
import dev.uprobe.agent.kernel.Handle;
import dev.uprobe.agent.kernel.HandleStack;
import dev.uprobe.agent.kernel.KernelException;
import dev.uprobe.agent.kernel.Libc;
import dev.uprobe.agent.kernel.MappedMemory;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import jnr.ffi.LastError;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;

/** The mappings of code on one CPU: a perf event and its buffer (linux/perf_event.h). */
final class PerfBuffer implements Handle {
  private static final int PERF_TYPE_SOFTWARE = 1;
  private static final int PERF_COUNT_SW_DUMMY = 9;
  private static final int ATTR_SIZE = 64;
  private static final long EXCLUDE_KERNEL = 1L << 5;
  private static final long MMAP = 1L << 8;
  private static final long WATERMARK = 1L << 14;
  private static final long MMAP2 = 1L << 23;
  private static final long PERF_FLAG_FD_CLOEXEC = 8;

  private static final int PERF_RECORD_LOST = 2;
  private static final int PERF_RECORD_MMAP2 = 10;
  private static final int MMAP2_NAME = 72;
  private static final int MAX_RECORD = 1 << 16;

  private static final int DATA_HEAD = 1024;
  private static final int DATA_TAIL = 1032;
  private static final int DATA_PAGES = 16;

  private final HandleStack handles = new HandleStack();
  private final int fd;
  private final int size;
  private final Pointer control;
  private final Pointer data;

  PerfBuffer(Libc libc, Architecture architecture, int cpu) throws KernelException {
    Pointer attributes = Memory.allocateDirect(libc.runtime(), ATTR_SIZE, true);
    attributes.putInt(0, PERF_TYPE_SOFTWARE);
    attributes.putInt(4, ATTR_SIZE);
    attributes.putLong(8, PERF_COUNT_SW_DUMMY);
    attributes.putLong(40, EXCLUDE_KERNEL | MMAP | MMAP2 | WATERMARK);
    // wakeup_watermark: one byte is enough, a program that starts is to be seen at once.
    attributes.putInt(48, 1);
    this.fd =
        (int)
            libc.syscall(
                architecture.perfEventOpenSystemCall(),
                attributes,
                -1,
                cpu,
                -1,
                PERF_FLAG_FD_CLOEXEC);
    if (fd < 0) {
      int errno = LastError.getLastError(libc.runtime());
      throw new KernelException(
          "The kernel does not tell which programs start: perf_event_open on CPU "
              + cpu
              + ": "
              + Errno.describe(errno)
              + ". Run as root, or with CAP_PERFMON.",
          errno,
          "");
    }
    handles.push(() -> libc.close(fd));
    int pageSize = libc.getpagesize();
    this.size = DATA_PAGES * pageSize;
    try {
      MappedMemory pages = handles.push(MappedMemory.shared(libc, fd, pageSize + (long) size, 0));
      this.control = pages.memory();
      this.data = pages.memory().slice(pageSize, size);
    } catch (KernelException e) {
      handles.close();
      throw e;
    }
  }

  int fd() {
    return fd;
  }

  /** Hands over every record that is there. */
  void drain(Consumer<MappingWatch.NewMapping> listener, Runnable lostListener) {
    long head = control.getLong(DATA_HEAD);
    VarHandle.acquireFence();
    long tail = control.getLong(DATA_TAIL);
    while (tail < head) {
      ByteBuffer record = record(tail);
      int type = record.getInt(0);
      if (type == PERF_RECORD_MMAP2) {
        mapping(record, listener);
      } else if (type == PERF_RECORD_LOST) {
        lostListener.run();
      }
      tail += record.capacity();
      VarHandle.releaseFence();
      control.putLong(DATA_TAIL, tail);
    }
  }

  /** A record may go round the buffer's end, so it is put together first. */
  private ByteBuffer record(long tail) {
    int at = (int) (tail & size - 1);
    int length = Short.toUnsignedInt(data.getShort((at + 6) & size - 1));
    byte[] bytes = new byte[Math.min(length, MAX_RECORD)];
    int first = Math.min(bytes.length, size - at);
    data.get(at, bytes, 0, first);
    data.get(0, bytes, first, bytes.length - first);
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static void mapping(ByteBuffer record, Consumer<MappingWatch.NewMapping> listener) {
    long inode = record.getLong(48);
    if (inode == 0) {
      return;
    }
    int end = MMAP2_NAME;
    while (end < record.capacity() && record.get(end) != 0) {
      end++;
    }
    String path = new String(record.array(), MMAP2_NAME, end - MMAP2_NAME, StandardCharsets.UTF_8);
    listener.accept(
        new MappingWatch.NewMapping(
            record.getInt(8), path, FileIdentity.of(record.getInt(40), record.getInt(44), inode)));
  }

  @Override
  public void close() {
    handles.close();
  }
}
