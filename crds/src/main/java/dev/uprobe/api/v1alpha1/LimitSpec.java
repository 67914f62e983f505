package dev.uprobe.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;

/** How many of a probe's events are sent. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record LimitSpec(
    @Min(0)
        @Max(1_000_000)
        @JsonPropertyDescription(
            "The most events a second of this probe on each node; 0 for no limit, 1000 where it is"
                + " left out. What is above is counted as limited.")
        Integer eventsPerSecond,
    @Min(1)
        @Max(1_000_000)
        @JsonPropertyDescription(
            "Only every so-manieth call becomes an event; 1, which is every call, where it is left"
                + " out. The others are counted as limited.")
        Integer sampleEvery) {}
