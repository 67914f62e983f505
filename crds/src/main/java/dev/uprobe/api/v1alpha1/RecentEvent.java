package dev.uprobe.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;

/** One event, as short as a status needs it; the agent's log has all of it. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record RecentEvent(
    @Size(max = 64) @JsonPropertyDescription("When it happened (RFC 3339, UTC).") String time,
    @Size(max = 253) @JsonPropertyDescription("The pod; left out for a process of the host.")
        String pod,
    @Size(max = 63) @JsonPropertyDescription("The pod's container.") String container,
    @Size(max = 63) @JsonPropertyDescription("The probe that sent it.") String probe,
    @Size(max = 64) @JsonPropertyDescription("The name of the thread that called.") String comm,
    @Min(0)
        @Max(4194304)
        @JsonPropertyDescription("The process that called, by its id on the node.")
        Integer pid,
    @Size(max = MAX_MESSAGE) @JsonPropertyDescription("The event as text, cut at 256 characters.")
        String message) {

  /** The longest message, in characters. */
  public static final int MAX_MESSAGE = 256;
}
