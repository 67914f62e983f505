package dev.uprobe.agent.node;

import dev.uprobe.agent.containers.ContainerId;
import dev.uprobe.agent.engine.AttachAttempt;
import dev.uprobe.agent.engine.AttachResult;
import dev.uprobe.agent.engine.ContainerState;
import dev.uprobe.agent.engine.ProbeCounts;
import dev.uprobe.agent.engine.ProbeState;
import dev.uprobe.agent.events.model.ContainerRef;
import dev.uprobe.api.v1alpha1.AgentIdentity;
import dev.uprobe.api.v1alpha1.AttachReason;
import dev.uprobe.api.v1alpha1.ContainerCounts;
import dev.uprobe.api.v1alpha1.ContainerReport;
import dev.uprobe.api.v1alpha1.ProbeReport;
import dev.uprobe.api.v1alpha1.RecentEvent;
import dev.uprobe.api.v1alpha1.UprobeAttachmentStatus;
import dev.uprobe.kube.StatusText;
import dev.uprobe.language.histogram.Reports;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Puts what is known of an attachment into the words of its status. */
public record AttachmentReport(AgentIdentity agent) {
  private static final int MAX_MESSAGE = 1024;

  /**
   * Returns the status of an attachment, without the time of the report.
   *
   * @param generation of the spec that was carried out
   * @param newestFirst the latest events
   */
  public UprobeAttachmentStatus of(
      long generation,
      List<ContainerState> containers,
      List<ProbeState> probes,
      List<RecentEvent> newestFirst) {
    int attached = (int) containers.stream().filter(ContainerState::isReady).count();
    return status(
        generation,
        new ContainerCounts(containers.size(), attached),
        containers.stream()
            .sorted(Comparator.comparing(ContainerState::isReady))
            .limit(UprobeAttachmentStatus.MAX_CONTAINERS)
            .map(AttachmentReport::container)
            .toList(),
        probes.stream().map(each -> probe(each, problem(each, containers))).toList(),
        newestFirst);
  }

  /** Returns the status of an attachment that cannot be carried out; its counts stay. */
  public UprobeAttachmentStatus failed(
      long generation,
      List<ProbeState> probes,
      AttachResult.Failed failure,
      List<RecentEvent> newestFirst) {
    return status(
        generation,
        new ContainerCounts(0, 0),
        List.of(),
        probes.stream().map(each -> probe(each, Optional.of(failure))).toList(),
        newestFirst);
  }

  /** Returns the status of an attachment of which nothing is known but that it is refused. */
  UprobeAttachmentStatus refused(long generation, AttachResult.Failed failure) {
    ContainerReport all =
        new ContainerReport(null, null, null, false, reason(failure), message(failure), 0);
    return status(generation, new ContainerCounts(0, 0), List.of(all), List.of(), List.of());
  }

  private UprobeAttachmentStatus status(
      long generation,
      ContainerCounts summary,
      List<ContainerReport> containers,
      List<ProbeReport> probes,
      List<RecentEvent> newestFirst) {
    return new UprobeAttachmentStatus(
        generation, summary, containers, probes, newestFirst, agent, null);
  }

  private static ContainerReport container(ContainerState state) {
    Optional<AttachResult> problem =
        problem(state.attempts().values().stream().map(AttachAttempt::result));
    return new ContainerReport(
        state.origin().map(ContainerRef::pod).orElse(null),
        state.origin().map(ContainerRef::container).orElse(null),
        state.id().map(ContainerId::containerId).orElse(null),
        state.isReady(),
        problem.map(AttachmentReport::reason).orElse(null),
        problem.map(AttachmentReport::message).orElse(null),
        state.attachedProbes());
  }

  private static ProbeReport probe(ProbeState state, Optional<AttachResult> problem) {
    ProbeCounts counts = state.counts();
    return new ProbeReport(
        state.name(),
        state.functions(),
        counts.hits(),
        counts.events(),
        counts.filtered(),
        counts.limited(),
        counts.lost(),
        problem.map(AttachmentReport::reason).orElse(null),
        problem.map(AttachmentReport::message).orElse(null),
        state.aggregate().map(each -> Reports.report(each.of(), each.kept())).orElse(null));
  }

  private static Optional<AttachResult> problem(ProbeState probe, List<ContainerState> containers) {
    return probe
        .refusal()
        .or(
            () ->
                problem(
                    containers.stream()
                        .flatMap(each -> Stream.ofNullable(each.attempts().get(probe.name())))
                        .map(AttachAttempt::result)));
  }

  /** A failure tells more than what is still under way. */
  private static Optional<AttachResult> problem(Stream<AttachResult> results) {
    return results
        .filter(each -> !(each instanceof AttachResult.Attached))
        .min(Comparator.comparing(each -> !(each instanceof AttachResult.Failed)));
  }

  private static String reason(AttachResult result) {
    AttachReason reason =
        result instanceof AttachResult.Failed failed ? failed.reason() : AttachReason.ATTACHING;
    return reason.word();
  }

  private static String message(AttachResult result) {
    return StatusText.cut(result.message(), MAX_MESSAGE);
  }
}
