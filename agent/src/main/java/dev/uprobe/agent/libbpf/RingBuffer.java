package dev.uprobe.agent.libbpf;

import dev.uprobe.agent.kernel.Handle;
import dev.uprobe.agent.kernel.KernelException;
import dev.uprobe.agent.kernel.Libc;
import dev.uprobe.agent.kernel.MappedMemory;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.Consumer;
import jnr.ffi.Pointer;

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
  private final Pointer consumerPosition;
  private final Pointer producerPosition;
  private final Pointer data;
  private final long mask;
  private byte[] record = new byte[1024];

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
    this.consumerPosition = consumerPage.memory();
    this.producerPosition = producerPages.memory();
    this.data = producerPages.memory().slice(pageSize, size);
    this.mask = size - 1L;
  }

  /** Tells whether nothing is waiting to be read. */
  public boolean isEmpty() {
    VarHandle.acquireFence();
    return consumerPosition.getLong(0) == producerPosition.getLong(0);
  }

  /**
   * Hands over every record that is complete now, in order.
   *
   * @param reader gets a little-endian buffer, valid until it returns
   * @return how many records there were
   */
  public int drain(Consumer<ByteBuffer> reader) {
    int count = 0;
    long consumer = consumerPosition.getLong(0);
    long producer = producerPosition.getLong(0);
    VarHandle.acquireFence();
    while (consumer < producer) {
      long at = consumer & mask;
      int header = data.getInt(at);
      VarHandle.acquireFence();
      if ((header & BUSY) != 0) {
        break;
      }
      int length = header & ~(BUSY | DISCARDED);
      ByteBuffer copy = (header & DISCARDED) == 0 ? copy((at + HEADER_SIZE) & mask, length) : null;
      consumer += (HEADER_SIZE + length + 7L) & ~7L;
      // The copy must be complete before the kernel may write over the record.
      VarHandle.releaseFence();
      consumerPosition.putLong(0, consumer);
      if (copy != null) {
        reader.accept(copy);
        count++;
      }
    }
    return count;
  }

  private ByteBuffer copy(long at, int length) {
    if (record.length < length) {
      record = new byte[length];
    }
    int whole = (int) Math.min(length, mask + 1 - at);
    data.get(at, record, 0, whole);
    data.get(0, record, whole, length - whole);
    return ByteBuffer.wrap(record, 0, length).order(ByteOrder.LITTLE_ENDIAN);
  }

  @Override
  public void close() {
    producerPages.close();
    consumerPage.close();
  }
}
