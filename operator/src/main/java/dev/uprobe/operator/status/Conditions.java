package dev.uprobe.operator.status;

import dev.uprobe.kube.StatusText;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/** The conditions of a trace. */
public final class Conditions {
  public static final String ACCEPTED = "Accepted";
  public static final String READY = "Ready";

  /** Kubernetes allows messages of 32 KiB; this is as much as a person reads. */
  private static final int MAX_MESSAGE = 4096;

  private Conditions() {}

  /** Returns the condition of a type. */
  public static Optional<Condition> find(List<Condition> conditions, String type) {
    return conditions.stream().filter(condition -> type.equals(condition.getType())).findFirst();
  }

  /**
   * Returns a condition; its transition time is now if the status changed, otherwise the previous
   * one.
   */
  static Condition of(
      String type,
      boolean isTrue,
      String reason,
      String message,
      long generation,
      List<Condition> previous,
      Instant now) {
    String status = isTrue ? "True" : "False";
    String since =
        find(previous, type)
            .filter(before -> status.equals(before.getStatus()))
            .map(Condition::getLastTransitionTime)
            .orElse(now.truncatedTo(ChronoUnit.SECONDS).toString());
    return new ConditionBuilder()
        .withType(type)
        .withStatus(status)
        .withReason(reason)
        .withMessage(StatusText.shorten(message, MAX_MESSAGE))
        .withObservedGeneration(generation)
        .withLastTransitionTime(since)
        .build();
  }
}
