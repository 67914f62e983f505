package dev.uprobe.operator.status;

import dev.uprobe.api.v1alpha1.UprobeAttachment;
import dev.uprobe.api.v1alpha1.UprobeTrace;
import dev.uprobe.api.v1alpha1.UprobeTraceStatus;
import dev.uprobe.operator.schedule.DesiredNodes;
import dev.uprobe.operator.validation.Phase;
import dev.uprobe.operator.validation.Validation;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The input for the status of a trace.
 *
 * @param start when the trace was first accepted; empty if it never was
 * @param attachments attachments of desired nodes only
 * @param agentNamespace where the agents run
 */
public record Observation(
    UprobeTrace trace,
    Validation acceptance,
    Phase phase,
    Optional<Instant> start,
    DesiredNodes desired,
    List<UprobeAttachment> attachments,
    String agentNamespace,
    Instant now) {

  public Observation {
    attachments = List.copyOf(attachments);
  }

  Optional<UprobeTraceStatus> previous() {
    return Optional.ofNullable(trace.getStatus());
  }

  List<AttachmentView> views() {
    return attachments.stream()
        .map(
            attachment ->
                new AttachmentView(attachment, trace.getMetadata().getGeneration().longValue()))
        .toList();
  }
}
