package dev.uprobe.agent.containers;

import dev.uprobe.agent.process.procfs.Processes;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Looks for containers that a runtime is about to start. Their first process waits in its new mount
 * namespace until it is told to run the program (OCI runtime specification, "create" and "start"):
 * a container that is selected by then misses no call.
 *
 * <p>All but {@link #isRuntime} on the thread of the traces.
 */
public final class ContainerHook {
  private static final Set<String> RUNTIMES = Set.of("runc", "crun", "youki");

  /** A runtime needs some 50 ms to create a container, and starts another program for the rest. */
  private static final int LOOKS = 15;

  private static final long PAUSE_MILLIS = 10;

  private final Processes processes;
  private final ScheduledExecutorService thread;
  private final Consumer<Set<Integer>> listener;
  private Set<Integer> before = Set.of();
  private int looks;

  /**
   * @param listener is told of the processes that have started since a runtime has
   */
  public ContainerHook(
      Processes processes, ScheduledExecutorService thread, Consumer<Set<Integer>> listener) {
    this.processes = processes;
    this.thread = thread;
    this.listener = listener;
  }

  /** Tells whether a program of this path starts containers. */
  public static boolean isRuntime(String path) {
    return RUNTIMES.contains(path.substring(path.lastIndexOf('/') + 1));
  }

  /** Looks every few milliseconds for a while; longer if it is called again meanwhile. */
  public void begin() {
    boolean looking = looks > 0;
    looks = LOOKS;
    if (!looking) {
      before = Set.copyOf(pids());
      look();
    }
  }

  private void look() {
    looks--;
    Set<Integer> since = new HashSet<>(pids());
    since.removeAll(before);
    listener.accept(since);
    if (looks > 0 && !thread.isShutdown()) {
      thread.schedule(this::look, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  /** None where they cannot be listed: then containers are found when they run their program. */
  private List<Integer> pids() {
    try {
      return processes.pids();
    } catch (IOException e) {
      return List.of();
    }
  }
}
