package dev.uprobe.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Min;

/**
 * How many numbers fell into one bucket.
 *
 * @param min null if the bucket has no lower bound; {@code max} is null if it has no upper bound
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record BucketReport(
    @JsonPropertyDescription(
            "Smallest number in the bucket. Empty if the bucket has no lower bound.")
        Long min,
    @JsonPropertyDescription(
            "Largest number in the bucket. Empty if the bucket has no upper bound.")
        Long max,
    @Min(0) @JsonPropertyDescription("How many numbers fell into the bucket.") long count) {}
