package dev.uprobe.agent.events.text;

import dev.uprobe.agent.events.model.Aggregate;
import dev.uprobe.language.histogram.Distribution;
import dev.uprobe.language.plan.Aggregation.Histogram;
import java.util.Optional;
import java.util.function.LongFunction;
import java.util.stream.Collectors;

/** A group of calls as one line of text. */
public final class AggregateText {
  private AggregateText() {}

  /**
   * Returns such as {@code sizes[comm=ls]: 152 calls; size p50 31, p90 180, p99 4021, max 4096}.
   */
  public static String of(Aggregate aggregate) {
    Distribution kept = aggregate.kept();
    String text =
        aggregate.probe().plan().name()
            + labels(aggregate)
            + ": "
            + kept.count()
            + (kept.count() == 1 ? " call" : " calls");
    return histogram(aggregate).map(each -> text + "; " + summary(each, kept)).orElse(text);
  }

  private static String labels(Aggregate aggregate) {
    return aggregate.labels().isEmpty()
        ? ""
        : aggregate.labels().stream()
            .map(each -> each.name() + "=" + MessageRenderer.show(each.value()))
            .collect(Collectors.joining(", ", "[", "]"));
  }

  private static String summary(Histogram histogram, Distribution kept) {
    LongFunction<String> number =
        histogram.isDuration() ? MessageRenderer::duration : Long::toString;
    return histogram.name()
        + " p50 "
        + number.apply(kept.percentile(50).orElse(0))
        + ", p90 "
        + number.apply(kept.percentile(90).orElse(0))
        + ", p99 "
        + number.apply(kept.percentile(99).orElse(0))
        + ", max "
        + number.apply(kept.max().orElse(0))
        + (histogram.isDuration() ? " (buckets in ns)" : "");
  }

  /** Returns the number whose buckets are shown; empty where calls are only counted. */
  public static Optional<Histogram> histogram(Aggregate aggregate) {
    return aggregate.probe().plan().aggregation().flatMap(each -> each.histogram());
  }
}
