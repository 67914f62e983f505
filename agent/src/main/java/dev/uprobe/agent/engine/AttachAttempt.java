package dev.uprobe.agent.engine;

import java.time.Duration;
import java.util.Optional;

/**
 * The latest attempt to attach a probe, and when the next one is due.
 *
 * @param outcome what came of it
 * @param pause from this attempt to the next; longer after each one
 * @param madeAt by the clock of {@link System#nanoTime}
 */
public record AttachAttempt(Outcome outcome, Duration pause, long madeAt) {
  /** An ifunc is chosen, and a program executed, soon after its file is mapped. */
  private static final Backoff SOON = new Backoff(Duration.ofMillis(10), Duration.ofSeconds(5));

  /** A file that does not have the function seldom gets it. */
  private static final Backoff AFTER_FAILURE =
      new Backoff(Duration.ofMillis(500), Duration.ofMinutes(1));

  /** Returns the first attempt. */
  public static AttachAttempt first(Outcome outcome, long now) {
    return new AttachAttempt(outcome, wait(outcome, Duration.ZERO), now);
  }

  /** Returns the attempt that follows this one. */
  public AttachAttempt next(Outcome outcome, long now) {
    return new AttachAttempt(outcome, wait(outcome, pause), now);
  }

  /**
   * Returns this attempt after a look at some processes of the container only: what is attached
   * stays so, whatever they run.
   */
  public AttachAttempt with(Outcome part, long now) {
    if (result() instanceof AttachResult.Attached
        && !(part.result() instanceof AttachResult.Attached)) {
      return part.result() instanceof AttachResult.Failed
          ? this
          : first(new Outcome(result(), false), now);
    }
    return first(part, now);
  }

  private static Duration wait(Outcome outcome, Duration last) {
    Backoff backoff = outcome.result() instanceof AttachResult.Failed ? AFTER_FAILURE : SOON;
    return backoff.after(last);
  }

  /** Returns what came of it. */
  public AttachResult result() {
    return outcome.result();
  }

  /** Returns how long it is until the next attempt; not above zero when it is due. */
  public Optional<Duration> untilNext(long now) {
    return outcome.isComplete() ? Optional.empty() : Optional.of(pause.minusNanos(now - madeAt));
  }

  /** Tells whether it is time for the next attempt. */
  public boolean isDue(long now) {
    return untilNext(now).filter(each -> each.isZero() || each.isNegative()).isPresent();
  }
}
