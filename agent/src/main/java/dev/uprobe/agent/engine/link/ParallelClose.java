package dev.uprobe.agent.engine.link;

import dev.uprobe.agent.sys.libc.Handle;
import dev.uprobe.agent.sys.libc.Threads;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Closes many links at once.
 *
 * <p>The kernel waits for an RCU grace period before it lets go of a uprobe. Links that are closed
 * one by one wait one after the other; those closed by many threads share their waits. (Perf
 * events, which kernels before 6.6 need, do not: they are let go under one lock.)
 */
final class ParallelClose {
  private static final int MAX_THREADS = 256;
  private static final long STACK_SIZE = 64 * 1024;

  private ParallelClose() {}

  /** Closes every one of the handles, and returns when all are closed. */
  static void closeAll(Collection<Handle> handles) {
    begin(handles).forEach(Threads::join);
  }

  /** Begins to close every one of the handles, and returns the threads that do. */
  static List<Thread> begin(Collection<Handle> handles) {
    Queue<Handle> open = new ConcurrentLinkedQueue<>(handles);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < Math.min(handles.size(), MAX_THREADS); i++) {
      Thread thread = new Thread(null, () -> drain(open), "detach-" + i, STACK_SIZE);
      thread.start();
      threads.add(thread);
    }
    return threads;
  }

  private static void drain(Queue<Handle> open) {
    for (Handle next = open.poll(); next != null; next = open.poll()) {
      next.close();
    }
  }
}
