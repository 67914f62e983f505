package dev.uprobe.language.plan;

/**
 * Completes the plan of a probe whose values depend on the traced file: {@code signature: auto}, or
 * named fields.
 */
public interface DeferredPlan {

  /**
   * Returns the complete plan.
   *
   * @throws IllegalArgumentException when the probe does not fit the types; the message says why
   * @throws java.io.UncheckedIOException when the types cannot be read
   */
  ProbePlan with(FunctionTypes types);

  /** Returns what a user may write instead if a file has no debug information. */
  String instead();
}
