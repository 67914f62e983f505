package dev.uprobe.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;

/** Aggregation in the kernel, instead of one event for each call. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@ValidationRule(
    value = "(has(self.count) && self.count) != has(self.histogram)",
    message = "give either count: true, or histogram: with the name of a number")
@ValidationRule(
    value = "!has(self.linear) || has(self.histogram)",
    fieldPath = ".linear",
    message = "only a histogram has buckets; give histogram: too, or remove linear")
public record AggregateSpec(
    @JsonPropertyDescription("Set to true to count the calls.") Boolean count,
    @Size(min = 1, max = 63)
        @JsonPropertyDescription(
            "Build a histogram of this number: duration, return, or the name of an argument.")
        String histogram,
    @JsonPropertyDescription(
            "Use buckets of equal width. Default: one bucket for each power of two.")
        LinearSpec linear,
    @Size(max = 2)
        @JsonPropertyDescription(
            "Group calls by up to two of: an argument, return, function, comm, pid, container."
                + " Default: one group for all calls.")
        List<@Size(min = 1, max = 63) String> by,
    @Default("10")
        @Min(1)
        @Max(3600)
        @JsonPropertyDescription("Write the groups that changed every N seconds. Default: 10.")
        Integer intervalSeconds) {

  public AggregateSpec {
    by = by == null ? List.of() : List.copyOf(by);
  }
}
