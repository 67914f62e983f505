package dev.uprobe.agent.node;

import dev.uprobe.agent.event.Event;
import dev.uprobe.agent.event.EventSink;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Passes events on, and keeps the latest of each attachment. */
final class RecordingSink implements EventSink {
  private final EventSink next;
  private final Map<Integer, RecentEvents> byProbe = new ConcurrentHashMap<>();

  RecordingSink(EventSink next) {
    this.next = next;
  }

  /** Keeps the events of a probe from now on. */
  void record(int probe, RecentEvents events) {
    byProbe.put(probe, events);
  }

  void forget(int probe) {
    byProbe.remove(probe);
  }

  @Override
  public void begin() throws IOException {
    next.begin();
  }

  @Override
  public void write(Event event) throws IOException {
    next.write(event);
    Optional.ofNullable(byProbe.get(event.probe().number())).ifPresent(each -> each.add(event));
  }

  @Override
  public void flush() throws IOException {
    next.flush();
  }

  @Override
  public void close() throws IOException {
    next.close();
  }
}
