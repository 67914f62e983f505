package dev.uprobe.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;

/** One run of an agent. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record AgentIdentity(
    @Size(max = 253) @JsonPropertyDescription("Name of the agent's pod.") String instance,
    @Size(max = 64) @JsonPropertyDescription("When the agent started (RFC 3339, UTC).")
        String startedAt) {}
