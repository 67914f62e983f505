package dev.uprobe.plan;

/** Where a value is found when a probe fires. */
public sealed interface Source {

  /**
   * An integer or pointer argument of the C calling convention: by register, then from the stack.
   *
   * @param index from 1 to {@value #MAX_INDEX}; arguments passed in floating-point registers do not
   *     count
   */
  record Argument(int index) implements Source {
    public static final int MAX_INDEX = 16;
  }

  /** The register that holds an integer or pointer return value. */
  record ReturnValue() implements Source {}

  /** The nanoseconds from a call's entry to its return; for conditions only. */
  record Duration() implements Source {}

  /** The id of the process (thread group) that hit the probe; for conditions only. */
  record ProcessId() implements Source {}

  /** The id of the thread that hit the probe; for conditions only. */
  record ThreadId() implements Source {}
}
