package dev.uprobe.agent.events.decode;

import dev.uprobe.agent.events.model.Aggregate;
import dev.uprobe.agent.events.model.EventSink;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Carries events from the ring buffer to a sink, until it is stopped. */
public final class EventReader implements Runnable {
  private final SharedBuffer buffer;
  private final EventDecoder decoder;
  private final EventSink sink;
  private final Queue<Aggregate> aggregates = new ConcurrentLinkedQueue<>();
  private volatile boolean stopped;

  public EventReader(SharedBuffer buffer, EventDecoder decoder, EventSink sink) {
    this.buffer = buffer;
    this.decoder = decoder;
    this.sink = sink;
  }

  /**
   * Reads until {@link #stop}; what was captured before that is still written.
   *
   * @throws UncheckedIOException when the sink fails
   */
  @Override
  public void run() {
    buffer.beginReading();
    try {
      sink.begin();
      while (!stopped) {
        buffer.drain(this::write);
        // Also without new events: a sink may have got ready what it held back.
        sink.flush();
        writeAggregates();
        buffer.await();
      }
      while (buffer.drain(this::write) > 0) {
        sink.flush();
      }
      writeAggregates();
      sink.end();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void writeAggregates() throws IOException {
    if (aggregates.isEmpty()) {
      return;
    }
    for (Aggregate next = aggregates.poll(); next != null; next = aggregates.poll()) {
      sink.write(next);
    }
    sink.flush();
  }

  /** Writes aggregates soon, from any thread; what is handed over before {@link #stop} is. */
  public void add(List<Aggregate> some) {
    if (!some.isEmpty()) {
      aggregates.addAll(some);
      buffer.wake();
    }
  }

  private void write(ByteBuffer record) {
    try {
      sink.write(decoder.decode(record));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends {@link #run}, from any thread. */
  public void stop() {
    stopped = true;
    buffer.wake();
  }
}
