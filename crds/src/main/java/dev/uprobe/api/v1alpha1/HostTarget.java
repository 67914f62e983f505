package dev.uprobe.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;

/** Processes of the host itself; every field that is given must match. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record HostTarget(
    @Min(1) @Max(4194304) @JsonPropertyDescription("One process, by its id on the host.")
        Integer pid,
    @Size(min = 1, max = 15)
        @JsonPropertyDescription("The name of the thread that calls, 1 to 15 bytes.")
        String comm,
    @Size(min = 1, max = 4095)
        @JsonPropertyDescription("The path of the process's executable on the host.")
        String binary) {}
