package dev.uprobe.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;

/**
 * How many containers a trace should be attached in, and how many are attached.
 *
 * <p>The host itself counts as one container of its node.
 */
public record ContainerCounts(
    @Min(0)
        @Max(Integer.MAX_VALUE)
        @JsonPropertyDescription("The containers that match; the host itself counts as one.")
        int desired,
    @Min(0)
        @Max(Integer.MAX_VALUE)
        @JsonPropertyDescription("The matching containers that have every probe attached.")
        int attached) {}
