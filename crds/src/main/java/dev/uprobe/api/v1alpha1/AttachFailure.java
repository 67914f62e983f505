package dev.uprobe.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;

/** Something that could not be attached. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record AttachFailure(
    @Size(max = 253) @JsonPropertyDescription("Name of the node.") String node,
    @Size(max = 253) @JsonPropertyDescription("Name of the pod. Empty for the host itself.")
        String pod,
    @Size(max = 63) @JsonPropertyDescription("Name of the container in the pod.") String container,
    @Size(max = 63)
        @JsonPropertyDescription("Name of the probe. Empty if the failure concerns all probes.")
        String probe,
    @Size(max = 64)
        @JsonPropertyDescription("Why it failed, as a stable word such as SymbolNotFound.")
        String reason,
    @Size(max = 1024) @JsonPropertyDescription("Why it failed, and how to fix it.")
        String message) {}
