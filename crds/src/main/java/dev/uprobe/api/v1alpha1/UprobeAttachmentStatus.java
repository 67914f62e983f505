package dev.uprobe.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import java.util.List;

/** The state of one trace on one node. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonClassDescription("Observed state of the attachment. Written by the node's agent.")
public record UprobeAttachmentStatus(
    @JsonPropertyDescription("Generation of the attachment that this status describes.")
        Long observedGeneration,
    @JsonPropertyDescription(
            "Counts of all matching containers, including those that do not fit into"
                + " containers.")
        ContainerCounts summary,
    @Size(max = MAX_CONTAINERS)
        @JsonPropertyDescription(
            "Matching containers, at most 200. Containers that are not ready come first.")
        List<ContainerReport> containers,
    @Size(max = 64) @JsonPropertyDescription("State of each probe, in the order of the spec.")
        List<ProbeReport> probes,
    @Size(max = 50) @JsonPropertyDescription("Latest events on this node, newest first.")
        List<RecentEvent> recentEvents,
    @JsonPropertyDescription("Agent that wrote this status.") AgentIdentity agent,
    @Size(max = 64) @JsonPropertyDescription("When this status was written (RFC 3339, UTC).")
        String lastReportTime) {

  /** The most containers that are listed. */
  public static final int MAX_CONTAINERS = 200;

  public UprobeAttachmentStatus {
    containers = containers == null ? List.of() : List.copyOf(containers);
    probes = probes == null ? List.of() : List.copyOf(probes);
    recentEvents = recentEvents == null ? List.of() : List.copyOf(recentEvents);
  }
}
