package dev.uprobe.agent.events.sinks;

import dev.uprobe.agent.events.model.Aggregate;
import dev.uprobe.agent.events.model.Event;
import dev.uprobe.agent.events.model.EventSink;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;

/** Passes events on while their output has room, and counts for each probe those it has not. */
public final class DroppingSink implements EventSink {
  private final EventSink next;
  private final OutputQueue output;
  private final AtomicLong written = new AtomicLong();
  private final AtomicLong lost = new AtomicLong();

  /**
   * @param next writes to the output
   */
  public DroppingSink(EventSink next, OutputQueue output) {
    this.next = next;
    this.output = output;
  }

  /** Returns how many events were passed on; from any thread. */
  public long written() {
    return written.get();
  }

  /** Returns how many events were not passed on; from any thread. */
  public long lost() {
    return lost.get();
  }

  @Override
  public void begin() throws IOException {
    next.begin();
  }

  @Override
  public void write(Event event) throws IOException {
    if (output.isFull()) {
      event.probe().countUnwritten();
      lost.incrementAndGet();
      return;
    }
    next.write(event);
    written.incrementAndGet();
  }

  /** An aggregate says what those before it said, and more, so that none is missed. */
  @Override
  public void write(Aggregate aggregate) throws IOException {
    if (!output.isFull()) {
      next.write(aggregate);
    }
  }

  @Override
  public void flush() throws IOException {
    next.flush();
  }

  @Override
  public void end() throws IOException {
    next.end();
    output.drain();
  }

  @Override
  public void close() throws IOException {
    next.close();
  }
}
