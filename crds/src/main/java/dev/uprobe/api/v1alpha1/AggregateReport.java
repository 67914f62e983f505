package dev.uprobe.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;

/**
 * The aggregated calls of one probe on one node, over all groups.
 *
 * @param p50 null if calls are only counted; so are the other percentiles and {@code max}
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record AggregateReport(
    @Required
        @Size(min = 1, max = MAX_OF)
        @JsonPropertyDescription("What is aggregated: calls, or a number and its buckets.")
        String of,
    @Min(0) @JsonPropertyDescription("Number of calls that were aggregated.") long count,
    @JsonPropertyDescription("Median, estimated from the buckets.") Long p50,
    @JsonPropertyDescription("90th percentile, estimated from the buckets.") Long p90,
    @JsonPropertyDescription("99th percentile, estimated from the buckets.") Long p99,
    @JsonPropertyDescription("Largest number.") Long max,
    @JsonPropertyDescription("Sum of all numbers, modulo 2^64.") Long sum,
    @Size(max = 128)
        @JsonPropertyDescription("Histogram buckets that are not empty, in ascending order.")
        List<BucketReport> buckets) {

  /** The most characters of {@code of}. */
  public static final int MAX_OF = 160;

  public AggregateReport {
    buckets = buckets == null ? List.of() : List.copyOf(buckets);
  }
}
