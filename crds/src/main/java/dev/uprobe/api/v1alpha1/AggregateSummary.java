package dev.uprobe.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;

/**
 * What the kernels of all nodes have kept of a probe's calls, over all groups.
 *
 * @param p50 null where calls are counted only, as are the other percentiles and {@code max}
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record AggregateSummary(
    @Required @Size(min = 1, max = 63) @JsonPropertyDescription("The probe's name.") String probe,
    @Required
        @Size(min = 1, max = AggregateReport.MAX_OF)
        @JsonPropertyDescription("What is aggregated: calls, or a number and its buckets.")
        String of,
    @Min(0) @JsonPropertyDescription("The calls that were aggregated; it only grows.") long count,
    @JsonPropertyDescription("Half of the numbers are not above this, as the buckets tell it.")
        Long p50,
    @JsonPropertyDescription("90 % of the numbers are not above this, as the buckets tell it.")
        Long p90,
    @JsonPropertyDescription("99 % of the numbers are not above this, as the buckets tell it.")
        Long p99,
    @JsonPropertyDescription("The greatest number.") Long max,
    @Size(max = 128) @JsonPropertyDescription("The buckets that are not empty, in order.")
        List<BucketReport> buckets,
    @Size(max = 128)
        @JsonPropertyDescription("The part of buckets that no existing attachment counts any more.")
        List<BucketReport> carriedOver) {

  public AggregateSummary {
    buckets = buckets == null ? List.of() : List.copyOf(buckets);
    carriedOver = carriedOver == null ? List.of() : List.copyOf(carriedOver);
  }
}
