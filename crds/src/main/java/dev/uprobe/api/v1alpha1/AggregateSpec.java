package dev.uprobe.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;

/** What the kernel keeps of all calls instead of sending an event for each. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@ValidationRule(
    value = "(has(self.count) && self.count) != has(self.histogram)",
    message = "give either count: true, or histogram: with the name of a number")
@ValidationRule(
    value = "!has(self.linear) || has(self.histogram)",
    fieldPath = ".linear",
    message = "only a histogram has buckets; give histogram: too, or remove linear")
public record AggregateSpec(
    @JsonPropertyDescription("true to count the calls.") Boolean count,
    @Size(min = 1, max = 63)
        @JsonPropertyDescription(
            "The number whose distribution is kept: duration, return, or an argument.")
        String histogram,
    @JsonPropertyDescription(
            "Buckets of equal width; where it is left out, one for each power of two.")
        LinearSpec linear,
    @Size(max = 2)
        @JsonPropertyDescription(
            "What tells groups of calls apart, at most two of: an argument, return, function, comm,"
                + " pid, container.")
        List<@Size(min = 1, max = 63) String> by,
    @Default("10")
        @Min(1)
        @Max(3600)
        @JsonPropertyDescription(
            "After how many seconds the groups that have changed are written again.")
        Integer intervalSeconds) {

  public AggregateSpec {
    by = by == null ? List.of() : List.copyOf(by);
  }
}
