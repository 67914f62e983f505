package dev.uprobe.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;

/** Buckets of equal width. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record LinearSpec(
    @JsonPropertyDescription("Smallest number of the first bucket. Default: 0.") Long from,
    @Required
        @Min(1)
        @JsonPropertyDescription("Width of each bucket. For a duration, in nanoseconds.")
        Long width,
    @Required
        @Min(1)
        @Max(64)
        @JsonPropertyDescription(
            "Number of buckets, not counting the two for smaller and larger numbers.")
        Integer count) {}
