package dev.uprobe.agent.sys.libc;

import jnr.ffi.Memory;
import jnr.ffi.Pointer;

/**
 * Makes a thread give way to what it traces: one with the policy SCHED_BATCH that wakes up does not
 * interrupt another that runs (sched(7)).
 *
 * <p>Who reads events sleeps a few milliseconds and then works less than one. Where the scheduler
 * finds no idle CPU, each of these wake-ups would stop the traced program.
 */
public final class BatchScheduling {
  private static final int THIS_THREAD = 0;
  private static final int SCHED_BATCH = 3;

  private BatchScheduling() {}

  /**
   * Applies to this thread and all that it starts from now on. Where it is refused, they are
   * scheduled as any others.
   */
  public static void begin(Libc libc) {
    Pointer priority = Memory.allocateDirect(libc.runtime(), Integer.BYTES, true);
    libc.sched_setscheduler(THIS_THREAD, SCHED_BATCH, priority);
  }
}
