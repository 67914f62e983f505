package dev.uprobe.agent.node;

import dev.uprobe.agent.trace.FileResult;
import java.util.Optional;

/**
 * One probe of an attachment, as it is now.
 *
 * @param refusal why the kernel does not take it; empty where it does
 * @param aggregate what the kernel keeps; empty for a probe that sends events
 */
record ProbeState(
    String name,
    int functions,
    Counts counts,
    Optional<FileResult> refusal,
    Optional<AggregateTotal> aggregate) {

  /** A probe that the kernel has taken. */
  ProbeState(String name, int functions, Counts counts) {
    this(name, functions, counts, Optional.empty(), Optional.empty());
  }
}
