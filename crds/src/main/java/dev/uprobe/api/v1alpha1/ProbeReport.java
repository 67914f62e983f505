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
 * <p>Its counts are those of the attachment's whole life: an agent that starts carries on from what
 * the status says.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record ProbeReport(
    @Required @Size(min = 1, max = 63) @JsonPropertyDescription("The probe's name.") String name,
    @Min(0)
        @Max(Integer.MAX_VALUE)
        @JsonPropertyDescription("The functions it is attached to, over all files.")
        int functions,
    @Min(0) @JsonPropertyDescription("The calls in the selected processes.") long hits,
    @Min(0) @JsonPropertyDescription("The calls that became an event.") long events,
    @Min(0) @JsonPropertyDescription("The calls for which a condition of where did not hold.")
        long filtered,
    @Min(0) @JsonPropertyDescription("The calls that a limit of the probe dropped.") long limited,
    @Min(0)
        @JsonPropertyDescription(
            "The events that were lost because they came faster than they could be read or written.")
        long lost,
    @Size(max = 64)
        @JsonPropertyDescription("Why it is not attached everywhere, in one stable word.")
        String reason,
    @Size(max = 1024)
        @JsonPropertyDescription("Why it is not attached everywhere, and what to do about it.")
        String message,
    @JsonPropertyDescription("What the kernel has kept of the calls, of a probe that aggregates.")
        AggregateReport aggregate) {}
