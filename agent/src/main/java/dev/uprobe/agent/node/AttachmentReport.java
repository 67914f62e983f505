package dev.uprobe.agent.node;

import dev.uprobe.agent.event.Event;
import dev.uprobe.agent.event.MessageRenderer;
import dev.uprobe.agent.event.Origin;
import dev.uprobe.agent.event.Origins;
import dev.uprobe.agent.event.WallClock;
import dev.uprobe.agent.trace.FileResult;
import dev.uprobe.v1alpha1.AgentIdentity;
import dev.uprobe.v1alpha1.ContainerCounts;
import dev.uprobe.v1alpha1.ContainerReport;
import dev.uprobe.v1alpha1.ProbeReport;
import dev.uprobe.v1alpha1.RecentEvent;
import dev.uprobe.v1alpha1.UprobeAttachmentStatus;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Puts what is known of an attachment into the words of its status. */
final class AttachmentReport {
  private static final int MAX_MESSAGE = 1024;
  private static final String NOT_ATTACHED = "AttachFailed";

  private final AgentIdentity agent;
  private final Origins origins;
  private final WallClock clock = new WallClock();

  AttachmentReport(AgentIdentity agent, Origins origins) {
    this.agent = agent;
    this.origins = origins;
  }

  /**
   * Returns the status of an attachment, without the time of the report.
   *
   * @param generation of the spec that was carried out
   */
  UprobeAttachmentStatus of(
      long generation,
      List<ContainerState> containers,
      List<ProbeState> probes,
      List<Event> newestFirst) {
    int attached = (int) containers.stream().filter(ContainerState::isReady).count();
    return new UprobeAttachmentStatus(
        generation,
        new ContainerCounts(containers.size(), attached),
        containers.stream()
            .sorted(Comparator.comparing(ContainerState::isReady))
            .limit(UprobeAttachmentStatus.MAX_CONTAINERS)
            .map(AttachmentReport::container)
            .toList(),
        probes.stream().map(each -> probe(each, containers)).toList(),
        newestFirst.stream().map(this::event).toList(),
        agent,
        null);
  }

  /** Returns the status of an attachment that cannot be carried out. */
  UprobeAttachmentStatus failed(long generation, List<String> probes, String message) {
    return new UprobeAttachmentStatus(
        generation,
        new ContainerCounts(0, 0),
        List.of(),
        probes.stream()
            .map(each -> new ProbeReport(each, 0, 0, 0, 0, 0, 0, NOT_ATTACHED, cut(message)))
            .toList(),
        List.of(),
        agent,
        null);
  }

  private static ContainerReport container(ContainerState state) {
    Optional<FileResult> problem = problem(state.results());
    return new ContainerReport(
        state.origin().pod(),
        state.origin().container(),
        state.id().containerId(),
        state.isReady(),
        problem.map(AttachmentReport::reason).orElse(null),
        problem.map(AttachmentReport::message).orElse(null),
        state.attachedProbes());
  }

  private static ProbeReport probe(ProbeState state, List<ContainerState> containers) {
    Optional<FileResult> problem =
        containers.stream()
            .map(each -> each.results().get(state.name()))
            .filter(each -> each != null && !(each instanceof FileResult.Attached))
            .findFirst();
    Counts counts = state.counts();
    return new ProbeReport(
        state.name(),
        state.functions(),
        counts.hits(),
        counts.events(),
        counts.filtered(),
        0,
        counts.lost(),
        problem.map(AttachmentReport::reason).orElse(null),
        problem.map(AttachmentReport::message).orElse(null));
  }

  private static Optional<FileResult> problem(Map<String, FileResult> results) {
    return results.values().stream()
        .filter(each -> !(each instanceof FileResult.Attached))
        .min(Comparator.comparing(each -> each instanceof FileResult.Undecided));
  }

  private static String reason(FileResult result) {
    return result instanceof FileResult.Undecided ? ContainerReport.ATTACHING : NOT_ATTACHED;
  }

  private static String message(FileResult result) {
    return cut(
        result instanceof FileResult.Failed failed
            ? failed.reason()
            : ((FileResult.Undecided) result).reason());
  }

  private RecentEvent event(Event event) {
    Optional<Origin> origin = origins.of(event.mountNamespace());
    String message = MessageRenderer.render(event);
    return new RecentEvent(
        clock.at(event.timeNanos()).toString(),
        origin.map(Origin::pod).orElse(null),
        origin.map(Origin::container).orElse(null),
        event.probe().plan().name(),
        event.comm(),
        event.pid(),
        message.substring(0, Math.min(message.length(), RecentEvent.MAX_MESSAGE)));
  }

  private static String cut(String message) {
    return message.substring(0, Math.min(message.length(), MAX_MESSAGE));
  }
}
