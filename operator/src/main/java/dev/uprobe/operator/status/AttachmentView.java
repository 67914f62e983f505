package dev.uprobe.operator.status;

import dev.uprobe.api.v1alpha1.AttachFailure;
import dev.uprobe.api.v1alpha1.AttachReason;
import dev.uprobe.api.v1alpha1.ContainerCounts;
import dev.uprobe.api.v1alpha1.ContainerReport;
import dev.uprobe.api.v1alpha1.EventCounts;
import dev.uprobe.api.v1alpha1.ProbeReport;
import dev.uprobe.api.v1alpha1.RecentEvent;
import dev.uprobe.api.v1alpha1.UprobeAttachment;
import dev.uprobe.api.v1alpha1.UprobeAttachmentStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One attachment, as the roll-up reads it.
 *
 * @param generation that of the trace, which the attachment may not have caught up with
 */
record AttachmentView(UprobeAttachment attachment, long generation) {
  /** How long an agent may take to say anything; it starts within a few seconds. */
  static final Duration GRACE = Duration.ofSeconds(15);

  String node() {
    return attachment.getSpec().nodeName();
  }

  /** Whether the agent has said anything about the spec as it is now. */
  boolean isCurrent() {
    return attachment.getSpec().trace().generation() == generation
        && status()
            .map(UprobeAttachmentStatus::observedGeneration)
            .filter(observed -> observed.equals(attachment.getMetadata().getGeneration()))
            .isPresent();
  }

  /** Whether every probe is attached in every container. */
  boolean isAttached() {
    return isCurrent()
        && summary().filter(s -> s.desired() > 0 && s.attached() >= s.desired()).isPresent();
  }

  /** Whether no agent has ever answered, though it had the time to. */
  boolean isUnanswered(Instant now) {
    return isNew() && !now.isBefore(created().plus(GRACE));
  }

  boolean isNew() {
    return status().map(UprobeAttachmentStatus::observedGeneration).isEmpty();
  }

  Instant created() {
    return Optional.ofNullable(attachment.getMetadata().getCreationTimestamp())
        .map(Instant::parse)
        .orElse(Instant.MAX.minus(GRACE));
  }

  Optional<ContainerCounts> summary() {
    return status().map(UprobeAttachmentStatus::summary);
  }

  EventCounts counts() {
    EventCounts sum = EventCounts.NONE;
    for (ProbeReport probe : probes().toList()) {
      sum =
          TraceCounts.sum(
              sum,
              new EventCounts(probe.events(), probe.lost(), probe.limited(), probe.filtered()));
    }
    return sum;
  }

  List<RecentEvent> recentEvents() {
    return status().map(UprobeAttachmentStatus::recentEvents).orElse(List.of());
  }

  /** Returns what could not be attached, by container where the agent says it so. */
  Stream<AttachFailure> failures() {
    if (!isCurrent() || isAttached()) {
      return Stream.empty();
    }
    List<AttachFailure> byContainer =
        status().stream()
            .flatMap(status -> status.containers().stream())
            .filter(report -> !report.ready() && isFailure(report.reason()))
            .map(this::failure)
            .toList();
    return byContainer.isEmpty()
        ? probes().filter(probe -> isFailure(probe.reason())).map(this::failure)
        : byContainer.stream();
  }

  /** Returns what the agent still waits for, where it says so. */
  Optional<String> awaited() {
    return isCurrent() && !isAttached()
        ? status().stream()
            .flatMap(status -> status.containers().stream())
            .filter(report -> !report.ready() && report.message() != null)
            .map(ContainerReport::message)
            .findFirst()
        : Optional.empty();
  }

  private static boolean isFailure(String reason) {
    return reason != null && !reason.equals(AttachReason.ATTACHING.word());
  }

  private AttachFailure failure(ContainerReport report) {
    return new AttachFailure(
        node(),
        report.pod(),
        report.container(),
        null,
        report.reason(),
        Objects.requireNonNullElse(report.message(), ""));
  }

  private AttachFailure failure(ProbeReport probe) {
    return new AttachFailure(
        node(),
        null,
        null,
        probe.name(),
        probe.reason(),
        Objects.requireNonNullElse(probe.message(), ""));
  }

  /** Returns what the agent says of each probe. */
  Stream<ProbeReport> probes() {
    return status().stream().flatMap(status -> status.probes().stream());
  }

  private Optional<UprobeAttachmentStatus> status() {
    return Optional.ofNullable(attachment.getStatus());
  }
}
