package dev.uprobe.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;

/** The operator's roll-up of a trace's attachments. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonClassDescription("What became of the trace, over all nodes; the operator writes it.")
public record UprobeTraceStatus(
    @JsonPropertyDescription("The generation of the trace that this status is about.")
        Long observedGeneration,
    @Size(max = 64)
        @JsonPropertyDescription(
            "When the trace was first accepted; activeDeadlineSeconds counts from here.")
        String startTime,
    @Size(max = 16)
        @JsonPropertyDescription(
            "Accepted: the spec can be carried out, and is allowed. Ready: every matching container"
                + " on every selected node has every probe attached. Reasons are stable words;"
                + " messages say what to do.")
        List<Condition> conditions,
    @JsonPropertyDescription("The nodes that run matching pods, and those that are ready.")
        NodeCounts nodes,
    @JsonPropertyDescription("The matching containers, and those with every probe attached.")
        ContainerCounts containers,
    @Size(max = 64) @JsonPropertyDescription("Containers as attached/desired, for kubectl get.")
        String targets,
    @JsonPropertyDescription("The events of all probes on all nodes; these counts only grow.")
        EventCounts events,
    @JsonPropertyDescription(
            "The part of events that no existing attachment counts any more, because its node no"
                + " longer runs matching pods, or the trace is suspended or finished.")
        EventCounts carriedOver,
    @Size(max = 10)
        @JsonPropertyDescription(
            "What could not be attached, the first 10; each is tried again with growing pauses.")
        List<AttachFailure> failures,
    @Size(max = 50)
        @JsonPropertyDescription("The latest events, newest first, as many as the spec asks for.")
        List<RecentEvent> recentEvents,
    @Size(max = 64)
        @JsonPropertyDescription(
            "What the kernels of all nodes have kept, of each probe that aggregates.")
        List<AggregateSummary> aggregates) {

  public UprobeTraceStatus {
    conditions = conditions == null ? List.of() : List.copyOf(conditions);
    failures = failures == null ? List.of() : List.copyOf(failures);
    recentEvents = recentEvents == null ? List.of() : List.copyOf(recentEvents);
    aggregates = aggregates == null ? List.of() : List.copyOf(aggregates);
  }
}
