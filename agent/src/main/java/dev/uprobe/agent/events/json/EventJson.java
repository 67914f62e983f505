package dev.uprobe.agent.events.json;

import dev.uprobe.agent.events.model.CapturedValue;
import dev.uprobe.agent.events.model.ContainerRef;
import dev.uprobe.agent.events.model.ContainerResolver;
import dev.uprobe.agent.events.model.Event;
import dev.uprobe.agent.events.model.Frame;
import dev.uprobe.agent.events.model.PerProbe;
import dev.uprobe.agent.events.model.WallClock;
import dev.uprobe.api.v1alpha1.ProbeType;
import java.util.List;
import java.util.Optional;

/** An event as one JSON object. */
final class EventJson {
  private static final byte[] TIME = JsonLine.ascii("{\"time\":");
  private static final byte[] NAMESPACE = JsonLine.ascii(",\"namespace\":");
  private static final byte[] POD = JsonLine.ascii(",\"pod\":");
  private static final byte[] CONTAINER = JsonLine.ascii(",\"container\":");
  private static final byte[] CPU = JsonLine.ascii(",\"cpu\":");
  private static final byte[] CUT = JsonLine.ascii(",\"cut\":");
  private static final byte[] UNREADABLE = JsonLine.ascii(",\"unreadable\":");
  private static final byte[] DURATION = JsonLine.ascii(",\"durationNanos\":");
  private static final byte[] MESSAGE = JsonLine.ascii(",\"message\":");
  private static final byte[] STACK = JsonLine.ascii(",\"stack\":");

  private final PerProbe<ProbeJson> probes = new PerProbe<>(ProbeJson::new);
  private final JsonFragmentCache known;
  private final ContainerResolver origins;
  private final WallClock clock;
  private final Rfc3339 times = new Rfc3339();

  EventJson(String node, ContainerResolver origins, WallClock clock) {
    this.clock = clock;
    this.known = new JsonFragmentCache(node, probes);
    this.origins = origins;
  }

  /** Adds an event, without the end of its line. */
  void write(Event event, JsonLine json) {
    ProbeJson probe = probes.of(event.probe());
    json.raw(TIME).raw(times.quoted(clock.at(event.timeNanos())));
    json.raw(known.head(event));
    Optional<ContainerRef> origin = origins.of(event);
    if (origin.isPresent()) {
      json.raw(NAMESPACE).string(origin.get().namespace());
      json.raw(POD).string(origin.get().pod());
      json.raw(CONTAINER).string(origin.get().container());
    }
    json.raw(known.caller(event)).raw(CPU).number(event.cpu());
    writeValues(event, probe, json);
    if (event.probe().plan().type() == ProbeType.CALL) {
      json.raw(DURATION).number(event.durationNanos());
    }
    probe.message().write(event, known, json.raw(MESSAGE));
    if (!event.stack().isEmpty()) {
      writeStack(event.stack(), json);
    }
    json.raw('}');
  }

  private static void writeStack(List<Frame> stack, JsonLine json) {
    json.raw(STACK);
    char separator = '[';
    for (Frame each : stack) {
      json.raw(separator).string(each.text());
      separator = ',';
    }
    json.raw(']');
  }

  private static void writeValues(Event event, ProbeJson probe, JsonLine json) {
    List<CapturedValue> values = event.values();
    boolean isCut = false;
    boolean isMissing = false;
    for (int i = 0; i < values.size(); i++) {
      CapturedValue value = values.get(i);
      json.raw(probe.before(i));
      ValueJson.write(value, json);
      isCut |= value.isCut();
      isMissing |= value.missing().isPresent();
    }
    json.raw(probe.behind());
    if (isCut) {
      writeCut(event, json);
    }
    if (isMissing) {
      writeMissing(event, json);
    }
  }

  /** Names the values of which the program has more than the event. */
  private static void writeCut(Event event, JsonLine json) {
    json.raw(CUT);
    char separator = '[';
    for (int i = 0; i < event.values().size(); i++) {
      if (event.values().get(i).isCut()) {
        json.raw(separator).string(event.probe().plan().values().get(i).name());
        separator = ',';
      }
    }
    json.raw(']');
  }

  /** Says of each value that is null why it is. */
  private static void writeMissing(Event event, JsonLine json) {
    json.raw(UNREADABLE);
    char separator = '{';
    for (int i = 0; i < event.values().size(); i++) {
      Optional<String> reason = event.values().get(i).missing();
      if (reason.isPresent()) {
        json.raw(separator).string(event.probe().plan().values().get(i).name());
        json.raw(':').string(reason.get());
        separator = ',';
      }
    }
    json.raw('}');
  }
}
