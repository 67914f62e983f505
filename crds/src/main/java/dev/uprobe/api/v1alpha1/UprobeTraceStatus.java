package dev.uprobe.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;

/** The state of a trace, aggregated from its attachments. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonClassDescription("Observed state of the trace over all nodes. Written by the operator.")
public record UprobeTraceStatus(
    @JsonPropertyDescription("Generation of the trace that this status describes.")
        Long observedGeneration,
    @Size(max = 64)
        @JsonPropertyDescription(
            "When the trace was first accepted. activeDeadlineSeconds counts from here.")
        String startTime,
    @Size(max = 16)
        @JsonPropertyDescription(
            "Conditions. Accepted: the spec is valid and allowed. Ready: every matching"
                + " container on every selected node has every probe attached. Reasons are stable"
                + " words; messages say what to do.")
        List<Condition> conditions,
    @JsonPropertyDescription(
            "Number of nodes that run matching pods, and how many of them are ready.")
        NodeCounts nodes,
    @JsonPropertyDescription(
            "Number of matching containers, and how many of them have every probe attached.")
        ContainerCounts containers,
    @Size(max = 64)
        @JsonPropertyDescription("Containers as attached/desired, shown by kubectl get.")
        String targets,
    @JsonPropertyDescription("Event counts of all probes on all nodes. They never decrease.")
        EventCounts events,
    @JsonPropertyDescription(
            "The part of events that comes from attachments that no longer exist, because the"
                + " node no longer runs matching pods, or the trace is suspended or finished.")
        EventCounts carriedOver,
    @Size(max = 10)
        @JsonPropertyDescription(
            "First 10 failures to attach. The agents retry each with a growing backoff.")
        List<AttachFailure> failures,
    @Size(max = 50)
        @JsonPropertyDescription("Latest events, newest first, up to the number in the spec.")
        List<RecentEvent> recentEvents,
    @Size(max = 64)
        @JsonPropertyDescription(
            "Aggregated calls over all nodes, for each probe that has aggregate.")
        List<AggregateSummary> aggregates) {

  public UprobeTraceStatus {
    conditions = conditions == null ? List.of() : List.copyOf(conditions);
    failures = failures == null ? List.of() : List.copyOf(failures);
    recentEvents = recentEvents == null ? List.of() : List.copyOf(recentEvents);
    aggregates = aggregates == null ? List.of() : List.copyOf(aggregates);
  }
}
