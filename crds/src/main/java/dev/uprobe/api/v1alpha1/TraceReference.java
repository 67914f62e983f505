package dev.uprobe.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** The trace that an attachment belongs to. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@ValidationRule(
    value = "self.name == oldSelf.name && self.uid == oldSelf.uid",
    message = "the trace of an attachment cannot change; create another attachment")
public record TraceReference(
    @Required @Size(min = 1, max = 253) @JsonPropertyDescription("Name of the trace.") String name,
    @Required @Size(min = 1, max = 64) @JsonPropertyDescription("UID of the trace.") String uid,
    @Required @JsonPropertyDescription("Generation of the trace that this attachment implements.")
        Long generation) {}
