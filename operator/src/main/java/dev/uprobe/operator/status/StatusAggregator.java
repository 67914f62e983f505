package dev.uprobe.operator.status;

import dev.uprobe.api.v1alpha1.AttachFailure;
import dev.uprobe.api.v1alpha1.ContainerCounts;
import dev.uprobe.api.v1alpha1.EventCounts;
import dev.uprobe.api.v1alpha1.NodeCounts;
import dev.uprobe.api.v1alpha1.UprobeTraceStatus;
import dev.uprobe.operator.validation.Phase;
import dev.uprobe.operator.validation.Validation.Refusal;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Computes the status of a trace from observations. */
public final class StatusAggregator {
  private static final int MAX_FAILURES = 10;
  private static final int DEFAULT_RECENT_EVENTS = 10;

  private StatusAggregator() {}

  /** Returns the status; equal to the previous one if nothing has changed. */
  public static UprobeTraceStatus status(Observation observation) {
    List<AttachmentView> views = observation.views();
    NodeCounts nodes = nodes(observation, views);
    ContainerCounts containers = containers(observation, views);
    List<AttachFailure> failures =
        views.stream().flatMap(AttachmentView::failures).limit(MAX_FAILURES).toList();
    TraceCounts counts = counts(observation, views);
    return new UprobeTraceStatus(
        observation.trace().getMetadata().getGeneration(),
        observation.start().map(Instant::toString).orElse(null),
        conditions(observation, Readiness.of(observation, nodes, containers, failures)),
        nodes,
        containers,
        containers.attached() + "/" + containers.desired(),
        counts.events(),
        counts.carriedOver(),
        failures,
        LatestEvents.merge(
            observation.previous().stream().flatMap(status -> status.recentEvents().stream()),
            views.stream().flatMap(view -> view.recentEvents().stream()),
            Objects.requireNonNullElse(
                observation.trace().getSpec().recentEvents(), DEFAULT_RECENT_EVENTS)),
        Aggregates.of(
            observation.trace().getSpec().probes(),
            observation.previous().map(UprobeTraceStatus::aggregates).orElse(List.of()),
            views.stream()
                .sorted(Comparator.comparing(AttachmentView::isCurrent).reversed())
                .flatMap(AttachmentView::probes)
                .toList()));
  }

  /**
   * Returns the time until the status changes without any event in the cluster; empty for never.
   */
  public static Optional<Duration> changesAfter(Observation observation) {
    Stream<Instant> deadline =
        observation.acceptance().isAccepted() && observation.phase() != Phase.FINISHED
            ? observation
                .start()
                .flatMap(start -> Phase.end(observation.trace().getSpec(), start))
                .stream()
            : Stream.empty();
    Stream<Instant> patience =
        observation.views().stream()
            .filter(AttachmentView::isNew)
            .map(view -> view.created().plus(AttachmentView.GRACE));
    return Stream.concat(deadline, patience)
        .filter(observation.now()::isBefore)
        .min(Instant::compareTo)
        .map(next -> Duration.between(observation.now(), next));
  }

  private static NodeCounts nodes(Observation observation, List<AttachmentView> views) {
    return new NodeCounts(
        observation.desired().containers().size(),
        (int) views.stream().filter(AttachmentView::isAttached).count());
  }

  /** If the agent has not counted the containers yet, uses the containers of the matching pods. */
  private static ContainerCounts containers(Observation observation, List<AttachmentView> views) {
    Map<String, AttachmentView> byNode =
        views.stream().collect(Collectors.toMap(AttachmentView::node, Function.identity()));
    int desired = 0;
    int attached = 0;
    for (Map.Entry<String, Integer> node : observation.desired().containers().entrySet()) {
      Optional<ContainerCounts> counted =
          Optional.ofNullable(byNode.get(node.getKey()))
              .filter(AttachmentView::isCurrent)
              .flatMap(AttachmentView::summary)
              .filter(summary -> summary.desired() > 0);
      desired += counted.map(ContainerCounts::desired).orElse(node.getValue());
      attached += counted.map(ContainerCounts::attached).orElse(0);
    }
    return new ContainerCounts(desired, attached);
  }

  private static TraceCounts counts(Observation observation, List<AttachmentView> views) {
    EventCounts live =
        views.stream().map(AttachmentView::counts).reduce(EventCounts.NONE, TraceCounts::sum);
    return TraceCounts.of(
        observation.previous().map(UprobeTraceStatus::events).orElse(EventCounts.NONE),
        observation.previous().map(UprobeTraceStatus::carriedOver).orElse(EventCounts.NONE),
        live);
  }

  private static String accepted(List<String> advice) {
    return Stream.concat(Stream.of("the trace is valid and allowed"), advice.stream())
        .collect(Collectors.joining(". "));
  }

  private static List<Condition> conditions(Observation observation, Readiness readiness) {
    List<Condition> previous =
        observation.previous().map(UprobeTraceStatus::conditions).orElse(List.of());
    long generation = observation.trace().getMetadata().getGeneration();
    Optional<Refusal> refusal = observation.acceptance().refusal();
    return List.of(
        Conditions.of(
            Conditions.ACCEPTED,
            refusal.isEmpty(),
            refusal.map(Refusal::reason).orElse(Conditions.ACCEPTED),
            refusal.map(Refusal::message).orElse(accepted(observation.acceptance().advice())),
            generation,
            previous,
            observation.now()),
        Conditions.of(
            Conditions.READY,
            readiness.isReady(),
            readiness.reason(),
            readiness.message(),
            generation,
            previous,
            observation.now()));
  }
}
