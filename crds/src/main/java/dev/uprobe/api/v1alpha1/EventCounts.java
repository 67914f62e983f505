package dev.uprobe.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Min;

/** Calls of traced functions, counted by outcome. */
public record EventCounts(
    @Min(0) @JsonPropertyDescription("Number of calls that became an event.") long total,
    @Min(0)
        @JsonPropertyDescription(
            "Number of events that were lost because they came faster than they could be read"
                + " or written.")
        long lost,
    @Min(0) @JsonPropertyDescription("Number of calls that were dropped by the probe's limit.")
        long limited,
    @Min(0) @JsonPropertyDescription("Number of calls that did not match where.") long filtered) {

  public static final EventCounts NONE = new EventCounts(0, 0, 0, 0);
}
