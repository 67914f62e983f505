package dev.uprobe.plan;

/**
 * Finishes the plan of a probe whose values only the traced file tells ({@code signature: auto}).
 */
public interface Completion {

  /**
   * Returns the whole plan.
   *
   * @param prototype the function's, in C
   * @throws IllegalArgumentException when the probe does not fit the prototype; the message says
   *     why
   */
  ProbePlan with(String prototype);
}
