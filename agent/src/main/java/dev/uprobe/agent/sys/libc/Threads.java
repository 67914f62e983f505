package dev.uprobe.agent.sys.libc;

/** Waits for threads that use what is about to be closed. */
public final class Threads {
  private Threads() {}

  /** Waits for a thread's end however often the wait is interrupted; the interrupt is kept. */
  public static void join(Thread thread) {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
