package dev.uprobe.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;

/** Something that could not be attached. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record AttachFailure(
    @Size(max = 253) @JsonPropertyDescription("The node.") String node,
    @Size(max = 253) @JsonPropertyDescription("The pod; left out for the host itself.") String pod,
    @Size(max = 63) @JsonPropertyDescription("The pod's container.") String container,
    @Size(max = 63) @JsonPropertyDescription("The probe; left out if it is about all of them.")
        String probe,
    @Size(max = 64) @JsonPropertyDescription("Why, in one stable word such as SymbolNotFound.")
        String reason,
    @Size(max = 1024) @JsonPropertyDescription("Why, and what to do about it.") String message) {}
