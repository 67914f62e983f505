package dev.uprobe.agent.engine;

import dev.uprobe.language.plan.ProbePlan;

/** What a front end wants to know of one of its traces. All calls come from the tracing thread. */
public interface TraceListener {
  /** Ignores everything. */
  TraceListener NONE = new TraceListener() {};

  /**
   * A probe is in the kernel; its events may follow.
   *
   * @param number by which its events name it
   */
  default void loaded(int number) {}

  /** A probe is no longer in the kernel; its last events may still be in the buffer. */
  default void unloaded(int number) {}

  /** A probe was tried on a file. Files that are known are not tried again. */
  default void tried(ProbePlan probe, AttachResult result) {}

  /**
   * The process that the trace is about has ended, and the trace with it.
   *
   * @param reason a sentence without its full stop
   */
  default void ended(String reason) {}
}
