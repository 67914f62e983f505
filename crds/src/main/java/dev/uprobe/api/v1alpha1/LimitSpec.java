package dev.uprobe.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;

/** Rate limit and sampling of a probe's events. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record LimitSpec(
    @Min(0)
        @Max(1_000_000)
        @JsonPropertyDescription(
            "Rate limit: the maximum number of events per second on each node; 0 means no"
                + " limit. Calls above it are dropped and counted as limited. Default: 1000.")
        Integer eventsPerSecond,
    @Min(1)
        @Max(1_000_000)
        @JsonPropertyDescription(
            "Sample calls: emit one event for every N calls that match where. The others are"
                + " dropped and counted as limited. Default: 1 (every call).")
        Integer sampleEvery) {}
