package dev.uprobe.operator.validation;

import dev.uprobe.api.v1alpha1.UprobeTraceSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** The lifecycle phase of an accepted trace. */
public enum Phase {
  ACTIVE,
  SUSPENDED,
  FINISHED;

  /**
   * Returns the phase of a trace; one that is past its deadline is finished, suspended or not.
   *
   * @param start when it was first accepted
   */
  public static Phase of(UprobeTraceSpec spec, Instant start, Instant now) {
    if (end(spec, start).filter(end -> !now.isBefore(end)).isPresent()) {
      return FINISHED;
    }
    return Boolean.TRUE.equals(spec.suspend()) ? SUSPENDED : ACTIVE;
  }

  /** Returns when a trace finishes; empty for one that runs until it is deleted. */
  public static Optional<Instant> end(UprobeTraceSpec spec, Instant start) {
    return Optional.ofNullable(spec.activeDeadlineSeconds())
        .map(Duration::ofSeconds)
        .map(start::plus);
  }
}
