package dev.uprobe.agent.events.stack;

import dev.uprobe.agent.events.model.Aggregate;
import dev.uprobe.agent.events.model.Event;
import dev.uprobe.agent.events.model.EventSink;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Passes events on with the functions of their stacks, in their order. While symbols are being
 * read, events wait here, and the ring buffer is emptied all the same.
 */
public final class SymbolizingSink implements EventSink {
  /** Handed over at once: each time wakes the thread that finds functions. */
  static final int BATCH = 512;

  /** What waiting events may take, as they were in the ring buffer; as objects they take more. */
  static final long MAX_WAITING_BYTES = 8L << 20;

  private final EventSink next;
  private final Function<List<Event>, CompletableFuture<List<Event>>> symbolise;
  private final Runnable wakeReader;
  private final Deque<Batch> batches = new ArrayDeque<>();
  private List<Event> batch = new ArrayList<>();
  private long batchBytes;
  private long waitingBytes;

  private record Batch(CompletableFuture<List<Event>> events, long bytes) {}

  /**
   * @param symbolise finds the functions of events, as {@link Stacks} does
   * @param wakeReader makes the reader of the ring buffer call {@link #flush}
   */
  public SymbolizingSink(
      EventSink next,
      Function<List<Event>, CompletableFuture<List<Event>>> symbolise,
      Runnable wakeReader) {
    this.next = next;
    this.symbolise = symbolise;
    this.wakeReader = wakeReader;
  }

  @Override
  public void begin() throws IOException {
    next.begin();
  }

  @Override
  public void write(Event event) throws IOException {
    if (event.stack().isEmpty() && batch.isEmpty() && batches.isEmpty()) {
      next.write(event);
      return;
    }
    batch.add(event);
    batchBytes += event.probe().layout().size();
    if (batch.size() == BATCH) {
      submit();
    }
  }

  @Override
  public void write(Aggregate aggregate) throws IOException {
    next.write(aggregate);
  }

  private void submit() throws IOException {
    if (!batch.isEmpty()) {
      CompletableFuture<List<Event>> future = symbolise.apply(batch);
      future.thenRun(wakeReader);
      batches.add(new Batch(future, batchBytes));
      waitingBytes += batchBytes;
      batch = new ArrayList<>();
      batchBytes = 0;
    }
    while (!batches.isEmpty()
        && (batches.getFirst().events().isDone() || waitingBytes > MAX_WAITING_BYTES)) {
      writeFirst();
    }
  }

  private void writeFirst() throws IOException {
    Batch first = batches.removeFirst();
    waitingBytes -= first.bytes();
    for (Event event : first.events().join()) {
      next.write(event);
    }
  }

  /** Passes on what is ready. */
  @Override
  public void flush() throws IOException {
    submit();
    next.flush();
  }

  @Override
  public void end() throws IOException {
    submit();
    while (!batches.isEmpty()) {
      writeFirst();
    }
    next.end();
  }

  @Override
  public void close() throws IOException {
    next.close();
  }
}
