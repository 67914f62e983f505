package dev.uprobe.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;

/** What to attach on which node. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonClassDescription("What to attach on which node; the operator writes it.")
public record UprobeAttachmentSpec(
    @Required
        @Size(min = 1, max = 253)
        @JsonPropertyDescription("The node whose agent carries this out.")
        @ValidationRule(
            value = "self == oldSelf",
            message = "the node of an attachment cannot change; create another attachment")
        String nodeName,
    @Required @JsonPropertyDescription("The trace that this belongs to.") TraceReference trace,
    @Required @JsonPropertyDescription("Whose processes are traced, as in the trace.")
        Target target,
    @Required
        @Size(min = 1, max = 64)
        @JsonPropertyDescription("The functions to trace, as in the trace.")
        List<ProbeSpec> probes,
    @Default("10")
        @Min(0)
        @Max(50)
        @JsonPropertyDescription("How many of the latest events the status keeps.")
        Integer recentEvents,
    @Default("2")
        @Min(1)
        @Max(3600)
        @JsonPropertyDescription(
            "The shortest time between two writes of the status, in seconds; it grows with the"
                + " number of attachments in the cluster.")
        Integer reportIntervalSeconds) {

  public UprobeAttachmentSpec {
    probes = probes == null ? List.of() : List.copyOf(probes);
  }
}
