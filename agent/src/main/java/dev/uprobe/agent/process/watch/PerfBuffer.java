package dev.uprobe.agent.process.watch;

import dev.uprobe.agent.sys.libc.Architecture;
import dev.uprobe.agent.sys.libc.Errno;
import dev.uprobe.agent.sys.libc.Handle;
import dev.uprobe.agent.sys.libc.HandleStack;
import dev.uprobe.agent.sys.libc.KernelException;
import dev.uprobe.agent.sys.libc.Libc;
import dev.uprobe.agent.sys.libc.MappedMemory;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.Consumer;
import jnr.ffi.LastError;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;

/**
 * What the processes on one CPU do: a perf event that counts nothing, and the buffer of its records
 * (linux/perf_event.h).
 */
final class PerfBuffer implements Handle {
  private static final int PERF_TYPE_SOFTWARE = 1;
  private static final int PERF_COUNT_SW_DUMMY = 9;
  private static final int ATTR_SIZE = 96;
  private static final long EXCLUDE_KERNEL = 1L << 5;
  private static final long WATERMARK = 1L << 14;
  private static final int CLOCK_MONOTONIC = 1;
  private static final long PERF_FLAG_FD_CLOEXEC = 8;

  private static final int MAX_RECORD = 1 << 16;

  private static final int DATA_HEAD = 1024;
  private static final int DATA_TAIL = 1032;

  private final HandleStack handles = new HandleStack();
  private final int fd;
  private final int size;
  private final Pointer control;
  private final Pointer data;

  /**
   * Which records there are, and when the reader is woken.
   *
   * @param records flags of struct perf_event_attr
   * @param sampleType what is appended to each record: PERF_SAMPLE_*, by CLOCK_MONOTONIC
   * @param pages of the buffer, a power of two
   * @param wakeAt bytes of records at which the reader is woken
   */
  record Kind(long records, long sampleType, int pages, int wakeAt) {}

  PerfBuffer(Libc libc, Architecture architecture, int cpu, Kind kind) throws KernelException {
    Pointer attributes = Memory.allocateDirect(libc.runtime(), ATTR_SIZE, true);
    attributes.putInt(0, PERF_TYPE_SOFTWARE);
    attributes.putInt(4, ATTR_SIZE);
    attributes.putLong(8, PERF_COUNT_SW_DUMMY);
    attributes.putLong(24, kind.sampleType());
    attributes.putLong(40, EXCLUDE_KERNEL | WATERMARK | kind.records());
    attributes.putInt(48, kind.wakeAt());
    attributes.putInt(92, CLOCK_MONOTONIC);
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
          "The kernel does not report which programs start: perf_event_open on CPU "
              + cpu
              + ": "
              + Errno.describe(errno)
              + ". `uprobe-agent doctor` says which privilege or setting is missing.",
          errno,
          "");
    }
    handles.push(() -> libc.close(fd));
    int pageSize = libc.getpagesize();
    this.size = kind.pages() * pageSize;
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

  /** Hands over every record that is there, from its header on. */
  void drain(Consumer<ByteBuffer> listener) {
    long head = control.getLong(DATA_HEAD);
    VarHandle.acquireFence();
    long tail = control.getLong(DATA_TAIL);
    while (tail < head) {
      ByteBuffer record = record(tail);
      listener.accept(record);
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

  @Override
  public void close() {
    handles.close();
  }
}
