package dev.uprobe.agent.event;

import java.io.IOException;

/** Where events go. One thread writes. */
public interface EventSink extends AutoCloseable {

  /** Writes one event; it may stay in a buffer until {@link #flush}. */
  void write(Event event) throws IOException;

  /** Brings everything that was written to its reader. */
  void flush() throws IOException;

  @Override
  void close() throws IOException;
}
