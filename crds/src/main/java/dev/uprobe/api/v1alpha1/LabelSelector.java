package dev.uprobe.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import java.util.Map;

/** A Kubernetes label selector. An empty one selects everything. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record LabelSelector(
    @Size(max = 64)
        @JsonPropertyDescription("Labels that an object must have, with exactly these values.")
        Map<String, @Size(max = 63) String> matchLabels,
    @Size(max = 64)
        @JsonPropertyDescription(
            "Conditions on labels. All of them must hold, in addition to matchLabels.")
        List<Requirement> matchExpressions) {

  public LabelSelector {
    matchLabels = matchLabels == null ? Map.of() : Map.copyOf(matchLabels);
    matchExpressions = matchExpressions == null ? List.of() : List.copyOf(matchExpressions);
  }

  /** Returns whether an object with these labels is selected. */
  public boolean matches(Map<String, String> labels) {
    return labels.entrySet().containsAll(matchLabels.entrySet())
        && matchExpressions.stream().allMatch(requirement -> requirement.holds(labels));
  }

  /** What a label must be; {@code values} is empty for Exists and DoesNotExist. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  @ValidationRule(
      value = "(self.operator in ['In', 'NotIn']) == (has(self.values) && size(self.values) > 0)",
      fieldPath = ".values",
      message = "In and NotIn need values; Exists and DoesNotExist have none")
  public record Requirement(
      @Required @Size(min = 1, max = 317) @JsonPropertyDescription("Key of the label.") String key,
      @Required
          @JsonPropertyDescription(
              "How to compare the label's value: In, NotIn, Exists or DoesNotExist.")
          Operator operator,
      @Size(max = 64)
          @JsonPropertyDescription(
              "Values to compare with. Required for In and NotIn, not allowed for Exists and"
                  + " DoesNotExist.")
          List<@Size(max = 63) String> values) {

    public Requirement {
      values = values == null ? List.of() : List.copyOf(values);
    }

    /** As in Kubernetes, NotIn also holds for an object that lacks the label. */
    private boolean holds(Map<String, String> labels) {
      if (operator == null) {
        return false;
      }
      boolean isListed = labels.containsKey(key) && values.contains(labels.get(key));
      return switch (operator) {
        case IN -> isListed;
        case NOT_IN -> !isListed;
        case EXISTS -> labels.containsKey(key);
        case DOES_NOT_EXIST -> !labels.containsKey(key);
      };
    }
  }

  /** How a requirement compares a label. */
  public enum Operator {
    @JsonProperty("In")
    IN,
    @JsonProperty("NotIn")
    NOT_IN,
    @JsonProperty("Exists")
    EXISTS,
    @JsonProperty("DoesNotExist")
    DOES_NOT_EXIST
  }
}
