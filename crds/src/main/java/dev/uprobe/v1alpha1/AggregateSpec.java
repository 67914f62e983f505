package dev.uprobe.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import java.util.List;

/** What the kernel keeps of all calls instead of sending an event for each. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
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
            "What tells groups of calls apart, at most two of: an argument, comm, pid, container.")
        List<@Size(min = 1, max = 63) String> by) {

  public AggregateSpec {
    by = by == null ? List.of() : List.copyOf(by);
  }
}
