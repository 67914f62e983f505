package dev.uprobe.language.histogram;

import dev.uprobe.api.v1alpha1.AggregateReport;
import dev.uprobe.api.v1alpha1.AggregateSummary;
import dev.uprobe.api.v1alpha1.BucketReport;
import dev.uprobe.language.plan.Aggregation;
import java.util.List;
import java.util.OptionalLong;

/** Converts distributions to the API's reports and back. */
public final class Reports {
  private Reports() {}

  /** Returns the report of one node's distribution. */
  public static AggregateReport report(String of, Distribution kept) {
    return new AggregateReport(
        of,
        kept.count(),
        boxed(kept.percentile(50)),
        boxed(kept.percentile(90)),
        boxed(kept.percentile(99)),
        boxed(kept.max()),
        kept.max().isPresent() ? kept.sum() : null,
        reports(kept));
  }

  /** Returns the summary over all nodes. */
  public static AggregateSummary summary(
      String probe, String of, Distribution total, Distribution carriedOver) {
    AggregateReport report = report(of, total);
    return new AggregateSummary(
        probe,
        of,
        report.count(),
        report.p50(),
        report.p90(),
        report.p99(),
        report.max(),
        report.buckets(),
        reports(carriedOver));
  }

  /** Returns the distribution in a report. */
  public static Distribution distribution(AggregateReport report) {
    return distribution(
        report.buckets(), report.sum() == null ? 0 : report.sum(), optional(report.max()));
  }

  /** Returns the distribution in a summary, which has no sum. */
  public static Distribution total(AggregateSummary summary) {
    return distribution(summary.buckets(), 0, optional(summary.max()));
  }

  /** Returns the part of a summary that no existing attachment counts. */
  public static Distribution carriedOver(AggregateSummary summary) {
    return distribution(summary.carriedOver(), 0, optional(summary.max()));
  }

  /** Returns whether a report's numbers are durations. */
  public static boolean isDurations(AggregateReport report) {
    return report.of().startsWith(Aggregation.DURATIONS);
  }

  private static Distribution distribution(List<BucketReport> buckets, long sum, OptionalLong max) {
    return new Distribution(
        buckets.stream()
            .map(
                bucket ->
                    new Bucket(optional(bucket.min()), optional(bucket.max()), bucket.count()))
            .toList(),
        sum,
        max);
  }

  private static List<BucketReport> reports(Distribution of) {
    return of.buckets().stream()
        .map(bucket -> new BucketReport(boxed(bucket.min()), boxed(bucket.max()), bucket.count()))
        .toList();
  }

  private static Long boxed(OptionalLong number) {
    return number.isPresent() ? number.getAsLong() : null;
  }

  private static OptionalLong optional(Long number) {
    return number == null ? OptionalLong.empty() : OptionalLong.of(number);
  }
}
