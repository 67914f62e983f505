package dev.uprobe.agent.events.json;

import dev.uprobe.agent.events.model.Aggregate;
import dev.uprobe.agent.events.model.ContainerResolver;
import dev.uprobe.agent.events.model.Event;
import dev.uprobe.agent.events.model.EventSink;
import dev.uprobe.agent.events.model.WallClock;
import java.io.IOException;
import java.io.OutputStream;

/** Writes events and aggregates as JSON, one object a line. */
public final class JsonSink implements EventSink {
  /** A write costs the kernel as much as some hundred bytes; more than this saves nothing. */
  private static final int GATHERED = 32 << 10;

  private final OutputStream out;
  private final EventJson events;
  private final AggregateJson aggregates;
  private final JsonLine lines = new JsonLine();

  /**
   * Creates one that nothing else has to agree with about the time of an event.
   *
   * @param node the name of this host, for every event
   * @param origins tells the pod and container of an event
   */
  public JsonSink(OutputStream out, String node, ContainerResolver origins) {
    this(out, node, origins, new WallClock());
  }

  /**
   * Creates one.
   *
   * @param node the name of this host, for every event
   * @param origins tells the pod and container of an event
   * @param clock shared with whatever else shows the time of the same events
   */
  public JsonSink(OutputStream out, String node, ContainerResolver origins, WallClock clock) {
    this.out = out;
    this.events = new EventJson(node, origins, clock);
    this.aggregates = new AggregateJson(node, clock);
  }

  @Override
  public void begin() {}

  @Override
  public void write(Event event) throws IOException {
    events.write(event, lines);
    endLine();
  }

  @Override
  public void write(Aggregate aggregate) throws IOException {
    aggregates.write(aggregate, lines);
    endLine();
  }

  private void endLine() throws IOException {
    lines.raw('\n');
    if (lines.length() >= GATHERED) {
      lines.moveTo(out);
    }
  }

  @Override
  public void flush() throws IOException {
    lines.moveTo(out);
    out.flush();
  }

  @Override
  public void close() throws IOException {
    try (out) {
      flush();
    }
  }
}
