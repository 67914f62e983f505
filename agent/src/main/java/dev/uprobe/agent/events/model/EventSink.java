package dev.uprobe.agent.events.model;

import java.io.IOException;

/** Where events and aggregates go. One thread writes. */
public interface EventSink extends AutoCloseable {

  /** Says that events may come from now on, as a table does by its head. */
  void begin() throws IOException;

  /** Writes one event; it may stay in a buffer until {@link #flush}. */
  void write(Event event) throws IOException;

  /** Writes what was kept of a group of calls; it may stay in a buffer until {@link #flush}. */
  void write(Aggregate aggregate) throws IOException;

  /** Brings everything that was written to its reader. */
  void flush() throws IOException;

  /** Brings everything that was written to its reader; no more events come. */
  default void end() throws IOException {
    flush();
  }

  @Override
  void close() throws IOException;
}
