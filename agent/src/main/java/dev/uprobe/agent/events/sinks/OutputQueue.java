package dev.uprobe.agent.events.sinks;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Takes output without waiting for who reads it: a thread of its own writes.
 *
 * <p>A full pipe stops who writes to it. The agent would then neither empty the kernel's buffer nor
 * tell in a status what it sees. One thread adds.
 */
public final class OutputQueue extends OutputStream {
  /** What may wait to be written: some ten thousand events. */
  static final int ROOM = 4 << 20;

  private static final int AT_ONCE = 64 << 10;

  /** At the end, a reader that takes nothing for so long is not waited for. */
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final OutputStream out;

  /** The last may be filled up. */
  private final Deque<Chunk> waiting = new ArrayDeque<>();

  /** To be filled again: a heap that grows in a moment of need is slow to shrink. */
  private final Deque<Chunk> free = new ArrayDeque<>();

  private int unwritten;
  private boolean closed;
  private IOException failure;
  private volatile boolean full;

  /** Creates one that writes to a stream, which is closed with it. */
  public OutputQueue(OutputStream out) {
    this.out = out;
    Thread writer = new Thread(this::writeAll, "output");
    // Nothing ends a write to a pipe that is full.
    writer.setDaemon(true);
    writer.start();
  }

  /** Bytes, of which the first are to be written. */
  private static final class Chunk {
    private final byte[] bytes = new byte[AT_ONCE];
    private int length;
  }

  /** Tells whether so much waits to be written that no more should be added. */
  public boolean isFull() {
    return full;
  }

  @Override
  public void write(int octet) throws IOException {
    write(new byte[] {(byte) octet}, 0, 1);
  }

  /**
   * Adds bytes, also where that is more than there should be.
   *
   * @throws IOException when earlier ones could not be written
   */
  @Override
  public synchronized void write(byte[] bytes, int offset, int count) throws IOException {
    throwFailure();
    int at = offset;
    while (at < offset + count) {
      Chunk last = chunkWithRoom();
      int some = Math.min(offset + count - at, AT_ONCE - last.length);
      System.arraycopy(bytes, at, last.bytes, last.length, some);
      last.length += some;
      at += some;
    }
    unwritten += count;
    full = unwritten >= ROOM;
    notifyAll();
  }

  private Chunk chunkWithRoom() {
    if (waiting.isEmpty() || waiting.getLast().length == AT_ONCE) {
      waiting.addLast(free.isEmpty() ? new Chunk() : free.pop());
    }
    return waiting.getLast();
  }

  private void writeAll() {
    try {
      for (Optional<Chunk> next = take(); next.isPresent(); next = take()) {
        Chunk chunk = next.get();
        out.write(chunk.bytes, 0, chunk.length);
        out.flush();
        wrote(chunk);
      }
    } catch (IOException e) {
      fail(e);
    } catch (InterruptedException e) {
      fail(new InterruptedIOException("the thread that writes them was interrupted"));
    }
  }

  /** Waits for bytes; there are none once this is closed. */
  private synchronized Optional<Chunk> take() throws InterruptedException {
    while (waiting.isEmpty() && !closed) {
      wait();
    }
    return Optional.ofNullable(waiting.pollFirst());
  }

  private synchronized void wrote(Chunk chunk) {
    unwritten -= chunk.length;
    full = unwritten >= ROOM;
    chunk.length = 0;
    if (free.size() < ROOM / AT_ONCE) {
      free.push(chunk);
    }
    notifyAll();
  }

  private synchronized void fail(IOException e) {
    failure = e;
    notifyAll();
  }

  private void throwFailure() throws IOException {
    if (failure != null) {
      // A new one each time: whoever closes this after a failure would add it to itself.
      throw new IOException(failure.getMessage(), failure);
    }
  }

  /**
   * Waits until everything is written.
   *
   * @throws IOException when that fails, or who reads has taken nothing for two seconds
   */
  public synchronized void drain() throws IOException {
    int before = unwritten;
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (unwritten > 0) {
      throwFailure();
      if (unwritten != before) {
        before = unwritten;
        end = System.nanoTime() + PATIENCE_NANOS;
      }
      long millis = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      if (millis <= 0) {
        fail(
            new IOException("nobody reads them, and the last " + unwritten + " bytes are missing"));
        throwFailure();
      }
      try {
        wait(millis);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("it was interrupted while they were");
      }
    }
    throwFailure();
  }

  /** Writes everything, and closes the stream unless that is stuck. */
  @Override
  public synchronized void close() throws IOException {
    if (closed) {
      return;
    }
    try {
      drain();
      out.close();
    } finally {
      closed = true;
      notifyAll();
    }
  }
}
