package dev.uprobe.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Min;

/** What became of the calls of traced functions. */
public record EventCounts(
    @Min(0) @JsonPropertyDescription("The calls that became an event.") long total,
    @Min(0)
        @JsonPropertyDescription(
            "The events that were lost because they came faster than they could be read or written.")
        long lost,
    @Min(0) @JsonPropertyDescription("The calls that a limit of their probe dropped.") long limited,
    @Min(0) @JsonPropertyDescription("The calls for which a condition of where did not hold.")
        long filtered) {

  public static final EventCounts NONE = new EventCounts(0, 0, 0, 0);
}
