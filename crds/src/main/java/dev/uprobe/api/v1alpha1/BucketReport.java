package dev.uprobe.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Min;

/**
 * How many numbers fell into one bucket.
 *
 * @param min null where the bucket has no lower end, as {@code max} where it has no upper one
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record BucketReport(
    @JsonPropertyDescription("The least number of the bucket; left out where there is none.")
        Long min,
    @JsonPropertyDescription("The greatest number of the bucket; left out where there is none.")
        Long max,
    @Min(0) @JsonPropertyDescription("How many numbers fell into it.") long count) {}
