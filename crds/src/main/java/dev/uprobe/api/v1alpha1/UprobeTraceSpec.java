package dev.uprobe.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import java.util.Map;

/** What to trace, where, and for how long. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonClassDescription("What to trace, where, and for how long.")
public record UprobeTraceSpec(
    @Required @JsonPropertyDescription("Which processes to trace: pods, or processes of the nodes.")
        Target target,
    @Size(max = 64)
        @JsonPropertyDescription("Trace only on nodes that have these labels. Default: all nodes.")
        Map<String, @Size(max = 63) String> nodeSelector,
    @Default("false")
        @JsonPropertyDescription(
            "Set to true to detach all probes without deleting the trace. The counts stay in"
                + " the status. Default: false.")
        Boolean suspend,
    @Min(1)
        @Max(Integer.MAX_VALUE)
        @JsonPropertyDescription(
            "Detach and finish the trace this many seconds after it was accepted. Default: the"
                + " trace runs until it is deleted.")
        Integer activeDeadlineSeconds,
    @Default("10")
        @Min(0)
        @Max(50)
        @JsonPropertyDescription(
            "Number of latest events to keep in the status, 0 to 50. Use 0 to keep event data"
                + " out of the status. Default: 10.")
        Integer recentEvents,
    @Required
        @Size(min = 1, max = 64)
        @JsonPropertyDescription("Functions to trace, 1 to 64 probes.")
        @ValidationRule(
            value = "self.all(p, self.exists_one(q, q.name == p.name))",
            message = "two probes have the same name; give each probe of a trace its own")
        List<ProbeSpec> probes) {

  public UprobeTraceSpec {
    nodeSelector = nodeSelector == null ? Map.of() : Map.copyOf(nodeSelector);
    probes = probes == null ? List.of() : List.copyOf(probes);
  }
}
