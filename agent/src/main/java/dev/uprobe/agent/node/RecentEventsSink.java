package dev.uprobe.agent.node;

import dev.uprobe.agent.events.model.Aggregate;
import dev.uprobe.agent.events.model.ContainerRef;
import dev.uprobe.agent.events.model.ContainerResolver;
import dev.uprobe.agent.events.model.Event;
import dev.uprobe.agent.events.model.EventSink;
import dev.uprobe.agent.events.model.WallClock;
import dev.uprobe.agent.events.text.MessageRenderer;
import dev.uprobe.api.v1alpha1.RecentEvent;
import dev.uprobe.kube.StatusText;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Passes events on, and keeps the latest of each attachment. */
public final class RecentEventsSink implements EventSink {
  private final EventSink next;
  private final ContainerResolver origins;
  private final WallClock clock;
  private final Map<Integer, RecentEventBuffer> byProbe = new ConcurrentHashMap<>();

  /**
   * @param origins tells the pod and container of an event
   * @param clock that the next sink shows the times of events by
   */
  public RecentEventsSink(EventSink next, ContainerResolver origins, WallClock clock) {
    this.next = next;
    this.clock = clock;
    this.origins = origins;
  }

  /** Keeps the events of a probe from now on. */
  public void record(int probe, RecentEventBuffer events) {
    byProbe.put(probe, events);
  }

  public void forget(int probe) {
    byProbe.remove(probe);
  }

  @Override
  public void begin() throws IOException {
    next.begin();
  }

  @Override
  public void write(Event event) throws IOException {
    next.write(event);
    RecentEventBuffer recent = byProbe.get(event.probe().number());
    if (recent != null) {
      // The container may be gone, and its mount namespace another's, by the time this is read.
      Optional<ContainerRef> origin = origins.of(event);
      Instant time = clock.at(event.timeNanos());
      recent.add(() -> recent(event, time, origin));
    }
  }

  @Override
  public void write(Aggregate aggregate) throws IOException {
    next.write(aggregate);
  }

  private static RecentEvent recent(Event event, Instant time, Optional<ContainerRef> origin) {
    return new RecentEvent(
        time.toString(),
        origin.map(ContainerRef::pod).orElse(null),
        origin.map(ContainerRef::container).orElse(null),
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
