package dev.uprobe.language.plan;

/**
 * Finishes the plan of a probe whose values only the traced file tells: {@code signature: auto}, or
 * fields that are named.
 */
public interface DeferredPlan {

  /**
   * Returns the whole plan.
   *
   * @throws IllegalArgumentException when the probe does not fit the types; the message says why
   * @throws java.io.UncheckedIOException when the types cannot be read
   */
  ProbePlan with(FunctionTypes types);

  /** Returns what a user may write where a file has no debug information. */
  String instead();
}
