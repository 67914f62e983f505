package dev.uprobe.agent.engine;

import java.util.Optional;

/**
 * One probe of an attachment, as it is now.
 *
 * @param refusal why the kernel does not take it; empty where it does
 * @param aggregate what the kernel keeps; empty for a probe that sends events
 */
public record ProbeState(
    String name,
    int functions,
    ProbeCounts counts,
    Optional<AttachResult> refusal,
    Optional<AggregateTotal> aggregate) {

  /** A probe that the kernel has taken. */
  public ProbeState(String name, int functions, ProbeCounts counts) {
    this(name, functions, counts, Optional.empty(), Optional.empty());
  }
}
