package dev.uprobe.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;

/**
 * How many containers match a trace, and how many of them are attached.
 *
 * <p>The host itself counts as one container of its node.
 */
public record ContainerCounts(
    @Min(0)
        @Max(Integer.MAX_VALUE)
        @JsonPropertyDescription("Number of containers that match. A host counts as one container.")
        int desired,
    @Min(0)
        @Max(Integer.MAX_VALUE)
        @JsonPropertyDescription("Number of matching containers that have every probe attached.")
        int attached) {}
