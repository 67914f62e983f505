package dev.uprobe.language.compile;

import dev.uprobe.api.v1alpha1.LabelSelector;
import dev.uprobe.api.v1alpha1.LabelSelector.Operator;
import dev.uprobe.api.v1alpha1.LabelSelector.Requirement;
import dev.uprobe.api.v1alpha1.Target;
import dev.uprobe.language.plan.HostFilter;
import java.util.List;
import java.util.Optional;

/** Compiles the target of a trace in a cluster. */
final class ClusterTargets {
  private ClusterTargets() {}

  /** Returns which processes of the nodes to trace; empty for a trace of pods. */
  static Optional<HostFilter> compile(Optional<Target> target, Problems problems) {
    Optional<LabelSelector> pods = target.map(Target::podSelector);
    boolean hasHost = target.map(Target::host).isPresent();
    if (pods.isEmpty() && !hasHost) {
      problems.add(
          "say what to trace; \"podSelector: {}\" is every pod of this namespace,"
              + " \"host: {}\" is every process of the nodes");
      return Optional.empty();
    }
    if (hasHost) {
      return Optional.of(HostTargets.compile(target, problems));
    }
    target
        .map(Target::container)
        .filter(name -> !Names.isLabel(name))
        .ifPresent(name -> problems.at("container").add(Names.LABEL_RULE));
    check(pods.get().matchExpressions(), problems.at("podSelector"));
    return Optional.empty();
  }

  private static void check(List<Requirement> requirements, Problems problems) {
    for (int i = 0; i < requirements.size(); i++) {
      Requirement requirement = requirements.get(i);
      Problems inRequirement = problems.at("matchExpressions", i);
      inRequirement.at("key").addIf(requirement.key() == null, "name the label to compare");
      if (requirement.operator() == null) {
        inRequirement.at("operator").add("must be In, NotIn, Exists or DoesNotExist");
        continue;
      }
      boolean needsValues =
          requirement.operator() == Operator.IN || requirement.operator() == Operator.NOT_IN;
      inRequirement
          .at("values")
          .addIf(
              needsValues == requirement.values().isEmpty(),
              "In and NotIn need values; Exists and DoesNotExist have none");
    }
  }
}
