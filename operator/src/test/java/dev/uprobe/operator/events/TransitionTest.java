package dev.uprobe.operator.events;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.uprobe.api.v1alpha1.UprobeTraceStatus;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TransitionTest {
  private static final Condition ACCEPTED = condition("Accepted", "True", "Accepted", "fine");

  @Test
  void aNewTraceIsAcceptedAndSaysHowItIs() {
    assertEquals(
        List.of(
            new Transition("Normal", "Accepted", "fine"),
            new Transition("Normal", "Attaching", "0 of 1")),
        Transition.between(
            Optional.empty(),
            status(ACCEPTED, condition("Ready", "False", "Attaching", "0 of 1"))));
  }

  @Test
  void onlyWhatChangesIsSaid() {
    assertEquals(
        List.of(new Transition("Warning", "AttachFailed", "no function")),
        Transition.between(
            Optional.of(status(ACCEPTED, condition("Ready", "False", "Attaching", "0 of 1"))),
            status(ACCEPTED, condition("Ready", "False", "AttachFailed", "no function"))));
  }

  @Test
  void aNewMessageAloneIsNoChange() {
    assertEquals(
        List.of(),
        Transition.between(
            Optional.of(status(ACCEPTED, condition("Ready", "False", "Attaching", "0 of 2"))),
            status(ACCEPTED, condition("Ready", "False", "Attaching", "1 of 2"))));
  }

  @Test
  void aRefusalIsSaidOnce() {
    assertEquals(
        List.of(new Transition("Warning", "InvalidSpec", "wrong")),
        Transition.between(
            Optional.empty(),
            status(
                condition("Accepted", "False", "InvalidSpec", "wrong"),
                condition("Ready", "False", "InvalidSpec", "nothing is attached: wrong"))));
  }

  private static UprobeTraceStatus status(Condition... conditions) {
    return new UprobeTraceStatus(
        1L, null, List.of(conditions), null, null, null, null, null, null, null, null);
  }

  private static Condition condition(String type, String status, String reason, String message) {
    return new ConditionBuilder()
        .withType(type)
        .withStatus(status)
        .withReason(reason)
        .withMessage(message)
        .build();
  }
}
