package dev.uprobe.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.uprobe.distribution.Distribution;
import dev.uprobe.plan.Aggregation;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import java.util.OptionalLong;

/**
 * What the kernel has kept of a probe's calls, over all groups.
 *
 * @param p50 null where calls are counted only, as are the other percentiles and {@code max}
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record AggregateReport(
    @Required
        @Size(min = 1, max = MAX_OF)
        @JsonPropertyDescription("What is aggregated: calls, or a number and its buckets.")
        String of,
    @Min(0) @JsonPropertyDescription("The calls that were aggregated.") long count,
    @JsonPropertyDescription("Half of the numbers are not above this, as the buckets tell it.")
        Long p50,
    @JsonPropertyDescription("90 % of the numbers are not above this, as the buckets tell it.")
        Long p90,
    @JsonPropertyDescription("99 % of the numbers are not above this, as the buckets tell it.")
        Long p99,
    @JsonPropertyDescription("The greatest number.") Long max,
    @JsonPropertyDescription("All numbers together, modulo 2^64.") Long sum,
    @Size(max = 128) @JsonPropertyDescription("The buckets that are not empty, in order.")
        List<BucketReport> buckets) {

  /** The most characters of {@code of}. */
  public static final int MAX_OF = 160;

  public AggregateReport {
    buckets = buckets == null ? List.of() : List.copyOf(buckets);
  }

  /** Puts what was kept into the words of the API. */
  public static AggregateReport of(String of, Distribution kept) {
    return new AggregateReport(
        of,
        kept.count(),
        boxed(kept.percentile(50)),
        boxed(kept.percentile(90)),
        boxed(kept.percentile(99)),
        boxed(kept.max()),
        kept.max().isPresent() ? kept.sum() : null,
        kept.buckets().stream().map(BucketReport::of).toList());
  }

  private static Long boxed(OptionalLong number) {
    return number.isPresent() ? number.getAsLong() : null;
  }

  /** Returns whether the numbers are the times that calls took. */
  public boolean tellsDurations() {
    return of.startsWith(Aggregation.DURATIONS);
  }

  /** Returns what this reports. */
  public Distribution distribution() {
    return new Distribution(
        buckets.stream().map(BucketReport::bucket).toList(),
        sum == null ? 0 : sum,
        max == null ? OptionalLong.empty() : OptionalLong.of(max));
  }
}
