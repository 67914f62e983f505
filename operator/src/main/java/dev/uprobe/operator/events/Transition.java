package dev.uprobe.operator.events;

import dev.uprobe.api.v1alpha1.UprobeTraceStatus;
import dev.uprobe.operator.status.Conditions;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A change of a condition that is worth an event.
 *
 * @param type Normal or Warning
 */
public record Transition(String type, String reason, String message) {
  private static final Set<String> WARNINGS =
      Set.of("InvalidSpec", "HostNotAllowed", "AttachFailed", "AgentNotReady");

  /** Returns conditions whose status or reason changed; a new message alone is not a change. */
  public static List<Transition> between(
      Optional<UprobeTraceStatus> before, UprobeTraceStatus after) {
    boolean isAccepted =
        Conditions.find(after.conditions(), Conditions.ACCEPTED)
            .filter(condition -> "True".equals(condition.getStatus()))
            .isPresent();
    // A refused trace is not ready for the same reason, so there is only one event.
    return (isAccepted
            ? Stream.of(Conditions.ACCEPTED, Conditions.READY)
            : Stream.of(Conditions.ACCEPTED))
        .flatMap(type -> changed(type, before, after).stream())
        .map(
            condition ->
                new Transition(
                    WARNINGS.contains(condition.getReason()) ? "Warning" : "Normal",
                    condition.getReason(),
                    condition.getMessage()))
        .toList();
  }

  private static Optional<Condition> changed(
      String type, Optional<UprobeTraceStatus> before, UprobeTraceStatus after) {
    Optional<Condition> earlier =
        before.flatMap(status -> Conditions.find(status.conditions(), type));
    return Conditions.find(after.conditions(), type)
        .filter(
            now ->
                earlier
                    .filter(
                        was ->
                            was.getStatus().equals(now.getStatus())
                                && was.getReason().equals(now.getReason()))
                    .isEmpty());
  }
}
