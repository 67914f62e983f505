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
    @Required @JsonPropertyDescription("Whose processes are traced: pods, or the nodes themselves.")
        Target target,
    @Size(max = 64)
        @JsonPropertyDescription("Labels of the nodes to trace on; every node where it is empty.")
        Map<String, @Size(max = 63) String> nodeSelector,
    @Default("false")
        @JsonPropertyDescription(
            "Whether nothing is attached for now. The counts so far stay in the status.")
        Boolean suspend,
    @Min(1)
        @Max(Integer.MAX_VALUE)
        @JsonPropertyDescription(
            "How many seconds after it was accepted the trace detaches and is finished; it runs"
                + " until it is deleted where this is left out.")
        Integer activeDeadlineSeconds,
    @Default("10")
        @Min(0)
        @Max(50)
        @JsonPropertyDescription(
            "How many of the latest events the status keeps, 0 to 50; 0 keeps the data of events out"
                + " of the status.")
        Integer recentEvents,
    @Required
        @Size(min = 1, max = 64)
        @JsonPropertyDescription("The functions to trace, 1 to 64.")
        @ValidationRule(
            value = "self.all(p, self.exists_one(q, q.name == p.name))",
            message = "two probes have the same name; give each probe of a trace its own")
        List<ProbeSpec> probes) {

  public UprobeTraceSpec {
    nodeSelector = nodeSelector == null ? Map.of() : Map.copyOf(nodeSelector);
    probes = probes == null ? List.of() : List.copyOf(probes);
  }
}
