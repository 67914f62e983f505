package dev.uprobe.v1alpha1;

import java.util.List;
import java.util.Map;

/** Kubernetes' label selector; an empty one selects everything. */
public record LabelSelector(Map<String, String> matchLabels, List<Requirement> matchExpressions) {

  public LabelSelector {
    matchLabels = matchLabels == null ? Map.of() : Map.copyOf(matchLabels);
    matchExpressions = matchExpressions == null ? List.of() : List.copyOf(matchExpressions);
  }

  /** What a label must be; {@code values} is empty for Exists and DoesNotExist. */
  public record Requirement(String key, String operator, List<String> values) {

    public Requirement {
      values = values == null ? List.of() : List.copyOf(values);
    }
  }
}
