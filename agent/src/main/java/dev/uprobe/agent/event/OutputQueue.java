package dev.uprobe.agent.event;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * Takes output without waiting for who reads it: a thread of its own writes.
 *
 * <p>A full pipe stops who writes to it. The agent would then neither empty the kernel's buffer nor
 * tell in a status what it sees. One thread adds.
 */
public final class OutputQueue extends OutputStream {
  /** What may wait to be written: some ten thousand events. */
  static final int ROOM = 8 << 20;

  /** Memory is given back once it is not needed, and mostly output is taken at once. */
  private static final int KEPT = 256 << 10;

  private static final int AT_ONCE = 64 << 10;

  /** At the end, a reader that takes nothing for so long is not waited for. */
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final OutputStream out;
  private byte[] waiting = new byte[AT_ONCE];
  private int length;
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
  private record Chunk(byte[] bytes, int length) {}

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
    if (waiting.length - length < count) {
      waiting = Arrays.copyOf(waiting, Math.max(2 * waiting.length, length + count));
    }
    System.arraycopy(bytes, offset, waiting, length, count);
    length += count;
    unwritten += count;
    full = length >= ROOM;
    notifyAll();
  }

  private void writeAll() {
    try {
      Chunk chunk = take(new byte[AT_ONCE]);
      while (chunk.length() > 0) {
        write(chunk);
        chunk = take(chunk.bytes().length > KEPT ? new byte[AT_ONCE] : chunk.bytes());
      }
    } catch (IOException e) {
      fail(e);
    } catch (InterruptedException e) {
      fail(new InterruptedIOException("the thread that writes them was interrupted"));
    }
  }

  private void write(Chunk chunk) throws IOException {
    for (int at = 0; at < chunk.length(); at += AT_ONCE) {
      int count = Math.min(AT_ONCE, chunk.length() - at);
      out.write(chunk.bytes(), at, count);
      out.flush();
      wrote(count);
    }
  }

  /** Waits for bytes, and exchanges them for room; there are none once this is closed. */
  private synchronized Chunk take(byte[] room) throws InterruptedException {
    while (length == 0 && !closed) {
      wait();
    }
    Chunk chunk = new Chunk(waiting, length);
    waiting = room;
    length = 0;
    full = false;
    return chunk;
  }

  private synchronized void wrote(int count) {
    unwritten -= count;
    notifyAll();
  }

  private synchronized void fail(IOException e) {
    failure = e;
    notifyAll();
  }

  private void throwFailure() throws IOException {
    if (failure != null) {
      throw failure;
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
        throw failure;
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
