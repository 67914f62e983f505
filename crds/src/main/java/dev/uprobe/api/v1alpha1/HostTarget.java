package dev.uprobe.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;

/** Processes of the host. A process must match every field that is set. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record HostTarget(
    @Min(1)
        @Max(4194304)
        @JsonPropertyDescription("Trace only the process with this ID on the host.")
        Integer pid,
    @Size(min = 1, max = 15)
        @JsonPropertyDescription("Trace only threads with this name, 1 to 15 bytes.")
        String comm,
    @Size(min = 1, max = 4095)
        @JsonPropertyDescription(
            "Trace only processes that run this executable, a path on the host.")
        String binary) {}
