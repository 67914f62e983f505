package dev.uprobe.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;

/**
 * The aggregated calls of one probe over all nodes and groups.
 *
 * @param p50 null if calls are only counted; so are the other percentiles and {@code max}
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record AggregateSummary(
    @Required @Size(min = 1, max = 63) @JsonPropertyDescription("Name of the probe.") String probe,
    @Required
        @Size(min = 1, max = AggregateReport.MAX_OF)
        @JsonPropertyDescription("What is aggregated: calls, or a number and its buckets.")
        String of,
    @Min(0) @JsonPropertyDescription("Number of calls that were aggregated. It never decreases.")
        long count,
    @JsonPropertyDescription("Median, estimated from the buckets.") Long p50,
    @JsonPropertyDescription("90th percentile, estimated from the buckets.") Long p90,
    @JsonPropertyDescription("99th percentile, estimated from the buckets.") Long p99,
    @JsonPropertyDescription("Largest number.") Long max,
    @Size(max = 128)
        @JsonPropertyDescription("Histogram buckets that are not empty, in ascending order.")
        List<BucketReport> buckets,
    @Size(max = 128)
        @JsonPropertyDescription(
            "The part of buckets that comes from attachments that no longer exist.")
        List<BucketReport> carriedOver) {

  public AggregateSummary {
    buckets = buckets == null ? List.of() : List.copyOf(buckets);
    carriedOver = carriedOver == null ? List.of() : List.copyOf(carriedOver);
  }
}
