package dev.uprobe.agent.event;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import dev.uprobe.distribution.Bucket;
import dev.uprobe.distribution.Distribution;
import dev.uprobe.plan.Aggregation.Histogram;
import dev.uprobe.plan.ProbePlan;
import dev.uprobe.plan.ProbeType;
import dev.uprobe.plan.Value;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Writes events and aggregates as JSON, one object a line. */
public final class JsonSink implements EventSink {
  private static final DateTimeFormatter RFC3339 =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.nnnnnnnnn'Z'").withZone(ZoneOffset.UTC);

  private final String node;
  private final Origins origins;
  private final WallClock clock = new WallClock();
  private final JsonGenerator json;

  /**
   * Creates one.
   *
   * @param node the name of this host, for every event
   * @param origins tells the pod and container of an event
   */
  public JsonSink(OutputStream out, String node, Origins origins) throws IOException {
    this.node = node;
    this.origins = origins;
    this.json =
        EscapedJson.factory().createGenerator(out).setPrettyPrinter(new MinimalPrettyPrinter(""));
  }

  @Override
  public void begin() {}

  @Override
  public void write(Event event) throws IOException {
    ProbeType type = event.probe().plan().type();
    json.writeStartObject();
    json.writeStringField("time", RFC3339.format(clock.at(event.timeNanos())));
    json.writeStringField("trace", event.probe().trace());
    json.writeStringField("probe", event.probe().plan().name());
    json.writeStringField("type", type.text());
    json.writeStringField("function", event.function());
    json.writeStringField("node", node);
    Optional<Origin> origin = origins.of(event);
    if (origin.isPresent()) {
      json.writeStringField("namespace", origin.get().namespace());
      json.writeStringField("pod", origin.get().pod());
      json.writeStringField("container", origin.get().container());
    }
    json.writeStringField("comm", event.comm());
    json.writeNumberField("pid", event.pid());
    json.writeNumberField("tid", event.tid());
    json.writeNumberField("cpu", event.cpu());
    writeValues(event);
    if (type == ProbeType.CALL) {
      json.writeNumberField("durationNanos", event.durationNanos());
    }
    json.writeStringField("message", MessageRenderer.render(event));
    writeStack(event.stack());
    json.writeEndObject();
    json.writeRaw('\n');
  }

  @Override
  public void write(Aggregate aggregate) throws IOException {
    ProbePlan plan = aggregate.probe().plan();
    json.writeStartObject();
    json.writeStringField("time", RFC3339.format(clock.at(aggregate.timeNanos())));
    json.writeStringField("trace", aggregate.probe().trace());
    json.writeStringField("probe", plan.name());
    json.writeStringField("type", plan.type().text());
    json.writeStringField("node", node);
    Optional<String> namespace = aggregate.origin().map(Origin::namespace).or(aggregate::namespace);
    if (namespace.isPresent()) {
      json.writeStringField("namespace", namespace.get());
    }
    if (aggregate.origin().isPresent()) {
      json.writeStringField("pod", aggregate.origin().get().pod());
      json.writeStringField("container", aggregate.origin().get().container());
    }
    json.writeObjectFieldStart("by");
    for (Label each : aggregate.labels()) {
      json.writeFieldName(each.name());
      writeValue(each.value());
    }
    json.writeEndObject();
    json.writeNumberField("count", aggregate.kept().count());
    Optional<Histogram> histogram = AggregateText.histogram(aggregate);
    if (histogram.isPresent()) {
      writeHistogram(histogram.get(), aggregate.kept());
    }
    json.writeStringField("message", AggregateText.of(aggregate));
    json.writeEndObject();
    json.writeRaw('\n');
  }

  private void writeHistogram(Histogram histogram, Distribution kept) throws IOException {
    json.writeStringField("histogram", histogram.name());
    if (histogram.isDuration()) {
      json.writeStringField("unit", "ns");
    }
    json.writeNumberField("sum", kept.sum());
    json.writeNumberField("p50", kept.percentile(50).orElse(0));
    json.writeNumberField("p90", kept.percentile(90).orElse(0));
    json.writeNumberField("p99", kept.percentile(99).orElse(0));
    json.writeNumberField("max", kept.max().orElse(0));
    json.writeArrayFieldStart("buckets");
    for (Bucket each : kept.buckets()) {
      json.writeStartObject();
      if (each.min().isPresent()) {
        json.writeNumberField("min", each.min().getAsLong());
      }
      if (each.max().isPresent()) {
        json.writeNumberField("max", each.max().getAsLong());
      }
      json.writeNumberField("count", each.count());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private void writeStack(List<Frame> stack) throws IOException {
    if (stack.isEmpty()) {
      return;
    }
    json.writeArrayFieldStart("stack");
    for (Frame each : stack) {
      json.writeString(each.text());
    }
    json.writeEndArray();
  }

  private void writeValues(Event event) throws IOException {
    List<Value> values = event.probe().plan().values();
    List<String> cut = new ArrayList<>();
    Map<String, String> unreadable = new LinkedHashMap<>();
    json.writeObjectFieldStart("args");
    boolean inArguments = true;
    for (int i = 0; i < values.size(); i++) {
      String name = values.get(i).name();
      Captured value = event.values().get(i);
      if (inArguments && values.get(i).isReturn()) {
        json.writeEndObject();
        inArguments = false;
      }
      json.writeFieldName(name);
      writeValue(value);
      if (value.isCut()) {
        cut.add(name);
      }
      if (value instanceof Captured.Unreadable reason) {
        unreadable.put(name, reason.reason());
      }
      if (value instanceof Captured.Nothing reason) {
        unreadable.put(name, reason.reason());
      }
    }
    if (inArguments) {
      json.writeEndObject();
    }
    writeCut(cut);
    writeUnreadable(unreadable);
  }

  private void writeValue(Captured value) throws IOException {
    if (value instanceof Captured.Whole whole) {
      if (whole.unsigned() && whole.bits() < 0) {
        json.writeNumber(new BigInteger(whole.decimal()));
      } else {
        json.writeNumber(whole.bits());
      }
    } else if (value instanceof Captured.Bool bool) {
      json.writeBoolean(bool.value());
    } else if (value instanceof Captured.Char single) {
      json.writeString(new String(new byte[] {(byte) single.code()}, StandardCharsets.ISO_8859_1));
    } else if (value instanceof Captured.Address address) {
      json.writeString(address.hex());
    } else if (value instanceof Captured.Text text) {
      json.writeString(text.unicode());
    } else if (value instanceof Captured.Bytes bytes) {
      json.writeString(HexFormat.of().formatHex(bytes.bytes()));
    } else if (value instanceof Captured.Real real) {
      writeReal(real);
    } else if (value instanceof Captured.Numbers numbers) {
      json.writeStartArray();
      for (Captured each : numbers.elements()) {
        writeValue(each);
      }
      json.writeEndArray();
    } else {
      json.writeNull();
    }
  }

  /** JSON has no number for what is not finite. */
  private void writeReal(Captured.Real real) throws IOException {
    if (Double.isFinite(real.value())) {
      json.writeNumber(real.decimal());
    } else {
      json.writeString(real.decimal());
    }
  }

  /** Names the values of which the program has more than the event. */
  private void writeCut(List<String> names) throws IOException {
    if (names.isEmpty()) {
      return;
    }
    json.writeArrayFieldStart("cut");
    for (String name : names) {
      json.writeString(name);
    }
    json.writeEndArray();
  }

  /** Says of each value that is null why it is. */
  private void writeUnreadable(Map<String, String> reasons) throws IOException {
    if (reasons.isEmpty()) {
      return;
    }
    json.writeObjectFieldStart("unreadable");
    for (Map.Entry<String, String> each : reasons.entrySet()) {
      json.writeStringField(each.getKey(), each.getValue());
    }
    json.writeEndObject();
  }

  @Override
  public void flush() throws IOException {
    json.flush();
  }

  @Override
  public void close() throws IOException {
    json.close();
  }
}
