package dev.uprobe.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;

/** A summary of one event. The agent's log has the whole event. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record RecentEvent(
    @Size(max = 64) @JsonPropertyDescription("When the event happened (RFC 3339, UTC).")
        String time,
    @Size(max = 253) @JsonPropertyDescription("Name of the pod. Empty for a process of the host.")
        String pod,
    @Size(max = 63) @JsonPropertyDescription("Name of the container in the pod.") String container,
    @Size(max = 63) @JsonPropertyDescription("Name of the probe that emitted the event.")
        String probe,
    @Size(max = 64) @JsonPropertyDescription("Name of the thread that made the call.") String comm,
    @Min(0)
        @Max(4194304)
        @JsonPropertyDescription("ID on the node of the process that made the call.")
        Integer pid,
    @Size(max = MAX_MESSAGE)
        @JsonPropertyDescription("Text of the event, truncated to 256 characters.")
        String message) {

  /** The longest message, in characters. */
  public static final int MAX_MESSAGE = 256;
}
