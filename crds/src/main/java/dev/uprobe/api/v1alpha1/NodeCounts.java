package dev.uprobe.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;

/** How many nodes a trace should run on, and how many of them are ready. */
public record NodeCounts(
    @Min(0)
        @Max(Integer.MAX_VALUE)
        @JsonPropertyDescription("Number of nodes that the trace should run on.")
        int desired,
    @Min(0)
        @Max(Integer.MAX_VALUE)
        @JsonPropertyDescription(
            "Number of nodes where every matching container has every probe attached.")
        int ready) {}
