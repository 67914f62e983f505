package dev.uprobe.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;

/**
 * State of the probes in one container.
 *
 * @param pod null for the host itself; so is {@code container}
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record ContainerReport(
    @Size(max = 253) @JsonPropertyDescription("Name of the pod. Empty for the host itself.")
        String pod,
    @Size(max = 63) @JsonPropertyDescription("Name of the container in the pod.") String container,
    @Size(max = 256) @JsonPropertyDescription("ID of the container, as in the pod's status.")
        String containerId,
    @JsonPropertyDescription("Whether every probe is attached.") boolean ready,
    @Size(max = 64)
        @JsonPropertyDescription(
            "Why the container is not ready, as a stable word such as SymbolNotFound.")
        String reason,
    @Size(max = 1024) @JsonPropertyDescription("Why the container is not ready, and how to fix it.")
        String message,
    @Min(0) @Max(64) @JsonPropertyDescription("How many of the probes are attached.")
        int attachedProbes) {}
