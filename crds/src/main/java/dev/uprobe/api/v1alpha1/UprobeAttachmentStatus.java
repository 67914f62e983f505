package dev.uprobe.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import java.util.List;

/** What one node's agent says of one trace. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonClassDescription("What became of it; the agent of the node writes it.")
public record UprobeAttachmentStatus(
    @JsonPropertyDescription("The generation of the attachment that this status is about.")
        Long observedGeneration,
    @JsonPropertyDescription("All matching containers, also those that containers has no room for.")
        ContainerCounts summary,
    @Size(max = MAX_CONTAINERS)
        @JsonPropertyDescription("The matching containers, those that are not ready first.")
        List<ContainerReport> containers,
    @Size(max = 64) @JsonPropertyDescription("The probes, in the order of the spec.")
        List<ProbeReport> probes,
    @Size(max = 50) @JsonPropertyDescription("The latest events of this node, newest first.")
        List<RecentEvent> recentEvents,
    @JsonPropertyDescription("The agent that wrote this.") AgentIdentity agent,
    @Size(max = 64) @JsonPropertyDescription("When this was written (RFC 3339, UTC).")
        String lastReportTime) {

  /** The most containers that are listed. */
  public static final int MAX_CONTAINERS = 200;

  public UprobeAttachmentStatus {
    containers = containers == null ? List.of() : List.copyOf(containers);
    probes = probes == null ? List.of() : List.copyOf(probes);
    recentEvents = recentEvents == null ? List.of() : List.copyOf(recentEvents);
  }
}
