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
@JsonClassDescription("What to attach on which node. Written by the operator.")
public record UprobeAttachmentSpec(
    @Required
        @Size(min = 1, max = 253)
        @JsonPropertyDescription("Name of the node. Its agent implements this attachment.")
        @ValidationRule(
            value = "self == oldSelf",
            message = "the node of an attachment cannot change; create another attachment")
        String nodeName,
    @Required @JsonPropertyDescription("Trace that this attachment belongs to.")
        TraceReference trace,
    @Required @JsonPropertyDescription("Which processes to trace, copied from the trace.")
        Target target,
    @Required
        @Size(min = 1, max = 64)
        @JsonPropertyDescription("Functions to trace, copied from the trace.")
        List<ProbeSpec> probes,
    @Default("10")
        @Min(0)
        @Max(50)
        @JsonPropertyDescription("Number of latest events to keep in the status. Default: 10.")
        Integer recentEvents,
    @Default("2")
        @Min(1)
        @Max(3600)
        @JsonPropertyDescription(
            "Minimum time between two updates of the status, in seconds. The operator raises it"
                + " as the number of attachments in the cluster grows.")
        Integer reportIntervalSeconds) {

  public UprobeAttachmentSpec {
    probes = probes == null ? List.of() : List.copyOf(probes);
  }
}
