package dev.uprobe.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;

/** Buckets of equal width. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record LinearSpec(
    @JsonPropertyDescription("The least number of the first bucket; 0 where it is left out.")
        Long from,
    @Required
        @Min(1)
        @JsonPropertyDescription("The width of each bucket; of a duration in nanoseconds.")
        Long width,
    @Required
        @Min(1)
        @Max(64)
        @JsonPropertyDescription(
            "How many buckets there are, beside those for what is less and what is more.")
        Integer count) {}
