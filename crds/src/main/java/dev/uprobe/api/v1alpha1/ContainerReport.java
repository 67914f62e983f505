package dev.uprobe.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;

/**
 * Whether the probes are attached in one container.
 *
 * @param pod null for the host itself, as is {@code container}
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record ContainerReport(
    @Size(max = 253) @JsonPropertyDescription("The pod; left out for the host itself.") String pod,
    @Size(max = 63) @JsonPropertyDescription("The pod's container.") String container,
    @Size(max = 256) @JsonPropertyDescription("The container's id, as the pod's status gives it.")
        String containerId,
    @JsonPropertyDescription("Whether every probe is attached.") boolean ready,
    @Size(max = 64)
        @JsonPropertyDescription("Why it is not ready, in one stable word such as SymbolNotFound.")
        String reason,
    @Size(max = 1024) @JsonPropertyDescription("Why it is not ready, and what to do about it.")
        String message,
    @Min(0) @Max(64) @JsonPropertyDescription("How many of the probes are attached.")
        int attachedProbes) {}
