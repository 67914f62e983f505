package dev.uprobe.agent.sys.libbpf;

import dev.uprobe.agent.sys.libc.Handle;
import dev.uprobe.agent.sys.libc.KernelException;
import dev.uprobe.agent.sys.libc.Libc;
import dev.uprobe.agent.sys.libc.MappedMemory;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.Consumer;

/**
 * Reads a BPF ring buffer through its mapped pages, without a call into the kernel a record.
 *
 * <p>Layout and order of accesses: Documentation/bpf/ringbuf.rst and kernel/bpf/ringbuf.c. One
 * thread reads.
 */
public final class RingBuffer implements Handle {
  private static final int BUSY = 1 << 31;
  private static final int DISCARDED = 1 << 30;
  private static final int HEADER_SIZE = 8;

  private final MappedMemory consumerPage;
  private final MappedMemory producerPages;
  private final ByteBuffer consumerPosition;
  private final ByteBuffer producerPosition;
  private final ByteBuffer data;
  private final int mask;

  /** Maps the ring buffer of the given size, a power of two of pages. */
  public RingBuffer(Libc libc, int mapFd, int size) throws KernelException {
    int pageSize = libc.getpagesize();
    this.consumerPage = MappedMemory.shared(libc, mapFd, pageSize, 0);
    try {
      // The kernel offers the data pages twice in a row; pages that are mapped twice count twice
      // towards the resident memory, so a record that is split by the end is read in two parts.
      this.producerPages = MappedMemory.readOnly(libc, mapFd, pageSize + (long) size, pageSize);
    } catch (KernelException e) {
      consumerPage.close();
      throw e;
    }
    this.consumerPosition = consumerPage.buffer(0, Long.BYTES);
    this.producerPosition = producerPages.buffer(0, Long.BYTES);
    this.data = producerPages.buffer(pageSize, size);
    this.mask = size - 1;
  }

  /** Tells whether nothing is waiting to be read. */
  public boolean isEmpty() {
    VarHandle.acquireFence();
    return consumerPosition.getLong(0) == producerPosition.getLong(0);
  }

  /**
   * Hands over every record that is complete now, in order.
   *
   * @param reader gets a little-endian buffer, which is valid until it returns
   * @return how many records there were
   */
  public int drain(Consumer<ByteBuffer> reader) {
    int count = 0;
    long consumer = consumerPosition.getLong(0);
    long producer = producerPosition.getLong(0);
    VarHandle.acquireFence();
    while (consumer < producer) {
      int at = (int) consumer & mask;
      int header = data.getInt(at);
      VarHandle.acquireFence();
      if ((header & BUSY) != 0) {
        break;
      }
      int length = header & ~(BUSY | DISCARDED);
      if ((header & DISCARDED) == 0) {
        reader.accept(record((at + HEADER_SIZE) & mask, length));
        count++;
      }
      consumer += (HEADER_SIZE + length + 7L) & ~7L;
      // The record must have been read before the kernel may write over it.
      VarHandle.releaseFence();
      consumerPosition.putLong(0, consumer);
    }
    return count;
  }

  private ByteBuffer record(int at, int length) {
    return at + length <= data.capacity()
        ? data.slice(at, length).order(ByteOrder.LITTLE_ENDIAN)
        : split(at, length);
  }

  private ByteBuffer split(int at, int length) {
    ByteBuffer record = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    int whole = data.capacity() - at;
    data.get(at, record.array(), 0, whole);
    data.get(0, record.array(), whole, length - whole);
    return record;
  }

  @Override
  public void close() {
    producerPages.close();
    consumerPage.close();
  }
}
