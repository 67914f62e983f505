package dev.uprobe.agent.events.json;

import dev.uprobe.agent.events.model.Aggregate;
import dev.uprobe.agent.events.model.ContainerRef;
import dev.uprobe.agent.events.model.Label;
import dev.uprobe.agent.events.model.WallClock;
import dev.uprobe.agent.events.text.AggregateText;
import dev.uprobe.language.histogram.Bucket;
import dev.uprobe.language.histogram.Distribution;
import dev.uprobe.language.plan.Aggregation.Histogram;
import dev.uprobe.language.plan.ProbePlan;
import java.util.Optional;
import java.util.OptionalLong;

/** An aggregate as one JSON object. */
final class AggregateJson {
  private final String node;
  private final WallClock clock;
  private final Rfc3339 times = new Rfc3339();

  AggregateJson(String node, WallClock clock) {
    this.node = node;
    this.clock = clock;
  }

  /** Adds an aggregate, without the end of its line. */
  void write(Aggregate aggregate, JsonLine json) {
    ProbePlan plan = aggregate.probe().plan();
    json.raw('{').name("time").raw(times.quoted(clock.at(aggregate.timeNanos())));
    json.raw(',').name("trace").string(aggregate.probe().trace());
    json.raw(',').name("probe").string(plan.name());
    json.raw(',').name("type").string(plan.type().text());
    json.raw(',').name("node").string(node);
    aggregate
        .origin()
        .map(ContainerRef::namespace)
        .or(aggregate::namespace)
        .ifPresent(each -> json.raw(',').name("namespace").string(each));
    aggregate
        .origin()
        .ifPresent(
            origin -> {
              json.raw(',').name("pod").string(origin.pod());
              json.raw(',').name("container").string(origin.container());
            });
    writeLabels(aggregate, json);
    json.raw(',').name("count").number(aggregate.kept().count());
    Optional<Histogram> histogram = AggregateText.histogram(aggregate);
    if (histogram.isPresent()) {
      writeHistogram(histogram.get(), aggregate.kept(), json);
    }
    json.raw(',').name("message").string(AggregateText.of(aggregate)).raw('}');
  }

  private static void writeLabels(Aggregate aggregate, JsonLine json) {
    json.raw(',').name("by").raw('{');
    String separator = "";
    for (Label each : aggregate.labels()) {
      json.raw(JsonLine.ascii(separator)).name(each.name());
      ValueJson.write(each.value(), json);
      separator = ",";
    }
    json.raw('}');
  }

  private static void writeHistogram(Histogram histogram, Distribution kept, JsonLine json) {
    json.raw(',').name("histogram").string(histogram.name());
    if (histogram.isDuration()) {
      json.raw(',').name("unit").string("ns");
    }
    json.raw(',').name("sum").number(kept.sum());
    json.raw(',').name("p50").number(kept.percentile(50).orElse(0));
    json.raw(',').name("p90").number(kept.percentile(90).orElse(0));
    json.raw(',').name("p99").number(kept.percentile(99).orElse(0));
    json.raw(',').name("max").number(kept.max().orElse(0));
    json.raw(',').name("buckets").raw('[');
    String separator = "";
    for (Bucket each : kept.buckets()) {
      json.raw(JsonLine.ascii(separator)).raw('{');
      writeBound("min", each.min(), json);
      writeBound("max", each.max(), json);
      json.name("count").number(each.count()).raw('}');
      separator = ",";
    }
    json.raw(']');
  }

  private static void writeBound(String name, OptionalLong bound, JsonLine json) {
    if (bound.isPresent()) {
      json.name(name).number(bound.getAsLong()).raw(',');
    }
  }
}
