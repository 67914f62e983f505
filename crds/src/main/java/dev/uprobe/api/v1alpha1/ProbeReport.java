package dev.uprobe.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/**
 * One probe on one node.
 *
 * <p>The counts cover the whole life of the attachment: a new agent continues from the counts in
 * the status.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record ProbeReport(
    @Required @Size(min = 1, max = 63) @JsonPropertyDescription("Name of the probe.") String name,
    @Min(0)
        @Max(Integer.MAX_VALUE)
        @JsonPropertyDescription(
            "Number of functions that the probe is attached to, over all files.")
        int functions,
    @Min(0) @JsonPropertyDescription("Number of calls in the selected processes.") long hits,
    @Min(0) @JsonPropertyDescription("Number of calls that became an event.") long events,
    @Min(0) @JsonPropertyDescription("Number of calls that did not match where.") long filtered,
    @Min(0) @JsonPropertyDescription("Number of calls that were dropped by the probe's limit.")
        long limited,
    @Min(0)
        @JsonPropertyDescription(
            "Number of events that were lost because they came faster than they could be read"
                + " or written.")
        long lost,
    @Size(max = 64)
        @JsonPropertyDescription("Why the probe is not attached everywhere, as a stable word.")
        String reason,
    @Size(max = 1024)
        @JsonPropertyDescription("Why the probe is not attached everywhere, and how to fix it.")
        String message,
    @JsonPropertyDescription("What the kernel has aggregated, if the probe has aggregate.")
        AggregateReport aggregate) {}
