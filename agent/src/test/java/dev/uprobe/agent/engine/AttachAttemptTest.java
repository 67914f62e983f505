package dev.uprobe.agent.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.uprobe.api.v1alpha1.AttachReason;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AttachAttemptTest {
  private static final AttachResult ATTACHED = new AttachResult.Attached();
  private static final AttachResult UNDECIDED = new AttachResult.Pending("not chosen yet");
  private static final AttachResult FAILED =
      new AttachResult.Failed(AttachReason.SYMBOL_NOT_FOUND, "/bin/a has no function work", "");

  private static Outcome of(AttachResult... files) {
    return Outcome.of(List.of(files));
  }

  @Test
  void aProbeIsInAContainerWhenItIsInOneOfItsFiles() {
    assertEquals(new Outcome(ATTACHED, true), of(FAILED, ATTACHED));
    assertEquals(new Outcome(ATTACHED, false), of(ATTACHED, UNDECIDED));
    assertEquals(new Outcome(UNDECIDED, false), of(FAILED, UNDECIDED));
    assertEquals(new Outcome(FAILED, false), of(FAILED));
  }

  @Test
  void aFailureSaysHowManyFilesWereTried() {
    AttachResult other =
        new AttachResult.Failed(AttachReason.NOT_SUPPORTED, "/bin/b is no ELF file", "");
    assertEquals(
        new AttachResult.Failed(
            AttachReason.SYMBOL_NOT_FOUND, "/bin/a has no function work (2 files were tried)", ""),
        of(FAILED, other).result());
  }

  @Test
  void whatIsNotThereYetIsLookedForAgain() {
    AttachAttempt waiting = AttachAttempt.first(Outcome.waiting("no process yet"), 0);
    assertEquals(new AttachResult.Waiting("no process yet"), waiting.result());
    assertEquals(Optional.of(Duration.ofMillis(10)), waiting.untilNext(0));
  }

  @Test
  void whatIsDoneIsNotTriedAgain() {
    AttachAttempt done = AttachAttempt.first(of(ATTACHED), 0);
    assertEquals(Optional.empty(), done.untilNext(0));
    assertFalse(done.isDue(Long.MAX_VALUE));
  }

  @Test
  void aFailureIsTriedAgainEverLater() {
    AttachAttempt attempt = AttachAttempt.first(of(FAILED), 0);
    assertEquals(Optional.of(Duration.ofMillis(500)), attempt.untilNext(0));
    assertFalse(attempt.isDue(499_999_999));
    assertTrue(attempt.isDue(500_000_000));
    attempt = attempt.next(of(FAILED), 500_000_000);
    assertEquals(Optional.of(Duration.ofSeconds(1)), attempt.untilNext(500_000_000));
    for (int i = 0; i < 20; i++) {
      attempt = attempt.next(of(FAILED), 0);
    }
    assertEquals(Optional.of(Duration.ofMinutes(1)), attempt.untilNext(0));
  }

  @Test
  void whatIsUndecidedIsTriedAgainSoon() {
    AttachAttempt attempt = AttachAttempt.first(of(UNDECIDED), 0);
    assertEquals(Optional.of(Duration.ofMillis(10)), attempt.untilNext(0));
    for (int i = 0; i < 20; i++) {
      attempt = attempt.next(of(UNDECIDED), 0);
    }
    assertEquals(Optional.of(Duration.ofSeconds(5)), attempt.untilNext(0));
  }

  @Test
  void theClockMayBeNegativeAndOverflow() {
    AttachAttempt attempt = AttachAttempt.first(of(FAILED), Long.MAX_VALUE);
    assertFalse(attempt.isDue(Long.MIN_VALUE));
    assertTrue(attempt.isDue(Long.MIN_VALUE + 500_000_000));
  }

  @Test
  void aProcessWithoutTheFunctionDoesNotUndoWhatIsAttached() {
    AttachAttempt attached = AttachAttempt.first(of(ATTACHED), 0);
    assertEquals(attached, attached.with(of(FAILED), 7));
    AttachAttempt both = attached.with(of(UNDECIDED), 7);
    assertEquals(ATTACHED, both.result());
    assertEquals(Optional.of(Duration.ofMillis(10)), both.untilNext(7));
  }

  @Test
  void aNewProcessMayMendAFailure() {
    assertEquals(ATTACHED, AttachAttempt.first(of(FAILED), 0).with(of(ATTACHED), 7).result());
  }
}
