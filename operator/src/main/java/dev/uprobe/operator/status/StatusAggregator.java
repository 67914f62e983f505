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

/** Turns what was observed into the status of a trace. */
public final class StatusAggregator {
  private static final int MAX_FAILURES = 10;
  private static final int DEFAULT_RECENT_EVENTS = 10;

  private StatusAggregator() {}

  /** Returns the status; equal to the previous one if nothing has changed. */
  public static UprobeTraceStatus status(Observation seen) {
    List<AttachmentView> views = seen.views();
    NodeCounts nodes = nodes(seen, views);
    ContainerCounts containers = containers(seen, views);
    List<AttachFailure> failures =
        views.stream().flatMap(AttachmentView::failures).limit(MAX_FAILURES).toList();
    TraceCounts counts = counts(seen, views);
    return new UprobeTraceStatus(
        seen.trace().getMetadata().getGeneration(),
        seen.start().map(Instant::toString).orElse(null),
        conditions(seen, Readiness.of(seen, nodes, containers, failures)),
        nodes,
        containers,
        containers.attached() + "/" + containers.wanted(),
        counts.events(),
        counts.carriedOver(),
        failures,
        LatestEvents.merge(
            seen.previous().stream().flatMap(status -> status.recentEvents().stream()),
            views.stream().flatMap(view -> view.recentEvents().stream()),
            Objects.requireNonNullElse(
                seen.trace().getSpec().recentEvents(), DEFAULT_RECENT_EVENTS)),
        Aggregates.of(
            seen.trace().getSpec().probes(),
            seen.previous().map(UprobeTraceStatus::aggregates).orElse(List.of()),
            views.stream()
                .sorted(Comparator.comparing(AttachmentView::isCurrent).reversed())
                .flatMap(AttachmentView::probes)
                .toList()));
  }

  /** Returns after how long the status changes though nothing happens; empty for never. */
  public static Optional<Duration> changesAfter(Observation seen) {
    Stream<Instant> deadline =
        seen.acceptance().isAccepted() && seen.phase() != Phase.FINISHED
            ? seen.start().flatMap(start -> Phase.end(seen.trace().getSpec(), start)).stream()
            : Stream.empty();
    Stream<Instant> patience =
        seen.views().stream()
            .filter(AttachmentView::isNew)
            .map(view -> view.created().plus(AttachmentView.GRACE));
    return Stream.concat(deadline, patience)
        .filter(seen.now()::isBefore)
        .min(Instant::compareTo)
        .map(next -> Duration.between(seen.now(), next));
  }

  private static NodeCounts nodes(Observation seen, List<AttachmentView> views) {
    return new NodeCounts(
        seen.wanted().containers().size(),
        (int) views.stream().filter(AttachmentView::isAttached).count());
  }

  /** Where the agent has not counted the containers yet, those of the matching pods count. */
  private static ContainerCounts containers(Observation seen, List<AttachmentView> views) {
    Map<String, AttachmentView> byNode =
        views.stream().collect(Collectors.toMap(AttachmentView::node, Function.identity()));
    int wanted = 0;
    int attached = 0;
    for (Map.Entry<String, Integer> node : seen.wanted().containers().entrySet()) {
      Optional<ContainerCounts> counted =
          Optional.ofNullable(byNode.get(node.getKey()))
              .filter(AttachmentView::isCurrent)
              .flatMap(AttachmentView::summary)
              .filter(summary -> summary.wanted() > 0);
      wanted += counted.map(ContainerCounts::wanted).orElse(node.getValue());
      attached += counted.map(ContainerCounts::attached).orElse(0);
    }
    return new ContainerCounts(wanted, attached);
  }

  private static TraceCounts counts(Observation seen, List<AttachmentView> views) {
    EventCounts live =
        views.stream().map(AttachmentView::counts).reduce(EventCounts.NONE, TraceCounts::sum);
    return TraceCounts.of(
        seen.previous().map(UprobeTraceStatus::events).orElse(EventCounts.NONE),
        seen.previous().map(UprobeTraceStatus::carriedOver).orElse(EventCounts.NONE),
        live);
  }

  private static String accepted(List<String> advice) {
    return Stream.concat(Stream.of("the trace can be carried out"), advice.stream())
        .collect(Collectors.joining(". "));
  }

  private static List<Condition> conditions(Observation seen, Readiness readiness) {
    List<Condition> previous = seen.previous().map(UprobeTraceStatus::conditions).orElse(List.of());
    long generation = seen.trace().getMetadata().getGeneration();
    Optional<Refusal> refusal = seen.acceptance().refusal();
    return List.of(
        Conditions.of(
            Conditions.ACCEPTED,
            refusal.isEmpty(),
            refusal.map(Refusal::reason).orElse(Conditions.ACCEPTED),
            refusal.map(Refusal::message).orElse(accepted(seen.acceptance().advice())),
            generation,
            previous,
            seen.now()),
        Conditions.of(
            Conditions.READY,
            readiness.isReady(),
            readiness.reason(),
            readiness.message(),
            generation,
            previous,
            seen.now()));
  }
}
