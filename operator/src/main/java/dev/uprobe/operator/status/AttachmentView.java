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
 * One attachment, as the status aggregator reads it.
 *
 * @param generation generation of the trace, which the attachment may not have observed yet
 */
record AttachmentView(UprobeAttachment attachment, long generation) {
  /** How long an agent may take until its first report; it starts within a few seconds. */
  static final Duration GRACE = Duration.ofSeconds(15);

  String node() {
    return attachment.getSpec().nodeName();
  }

  /** Returns whether the agent has reported on the current spec. */
  boolean isCurrent() {
    return attachment.getSpec().trace().generation() == generation
        && status()
            .map(UprobeAttachmentStatus::observedGeneration)
            .filter(observed -> observed.equals(attachment.getMetadata().getGeneration()))
            .isPresent();
  }

  /** Returns whether every probe is attached in every container. */
  boolean isAttached() {
    return isCurrent()
        && summary().filter(s -> s.desired() > 0 && s.attached() >= s.desired()).isPresent();
  }

  /** Returns whether no agent has ever reported, although it had enough time. */
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

  /** Returns the failures to attach, by container if the agent reports containers. */
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

  /** Returns what the agent still waits for, if it reports that. */
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

  /** Returns the agent's report of each probe. */
  Stream<ProbeReport> probes() {
    return status().stream().flatMap(status -> status.probes().stream());
  }

  private Optional<UprobeAttachmentStatus> status() {
    return Optional.ofNullable(attachment.getStatus());
  }
}
