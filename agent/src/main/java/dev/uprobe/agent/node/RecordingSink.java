package dev.uprobe.agent.node;

import dev.uprobe.agent.event.Aggregate;
import dev.uprobe.agent.event.Event;
import dev.uprobe.agent.event.EventSink;
import dev.uprobe.agent.event.MessageRenderer;
import dev.uprobe.agent.event.Origin;
import dev.uprobe.agent.event.Origins;
import dev.uprobe.agent.event.WallClock;
import dev.uprobe.v1alpha1.RecentEvent;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Passes events on, and keeps the latest of each attachment. */
final class RecordingSink implements EventSink {
  private final EventSink next;
  private final Origins origins;
  private final WallClock clock;
  private final Map<Integer, RecentEvents> byProbe = new ConcurrentHashMap<>();

  /**
   * @param origins tells the pod and container of an event
   * @param clock that the next sink shows the times of events by
   */
  RecordingSink(EventSink next, Origins origins, WallClock clock) {
    this.next = next;
    this.clock = clock;
    this.origins = origins;
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
    RecentEvents recent = byProbe.get(event.probe().number());
    if (recent != null) {
      // The container may be gone, and its mount namespace another's, by the time this is read.
      Optional<Origin> origin = origins.of(event);
      Instant time = clock.at(event.timeNanos());
      recent.add(() -> recent(event, time, origin));
    }
  }

  @Override
  public void write(Aggregate aggregate) throws IOException {
    next.write(aggregate);
  }

  private static RecentEvent recent(Event event, Instant time, Optional<Origin> origin) {
    return new RecentEvent(
        time.toString(),
        origin.map(Origin::pod).orElse(null),
        origin.map(Origin::container).orElse(null),
        event.probe().plan().name(),
        event.comm(),
        event.pid(),
        StatusText.cut(MessageRenderer.render(event), RecentEvent.MAX_MESSAGE));
  }

  @Override
  public void flush() throws IOException {
    next.flush();
  }

  @Override
  public void end() throws IOException {
    next.end();
  }

  @Override
  public void close() throws IOException {
    next.close();
  }
}
