package dev.uprobe.agent.engine;

import dev.uprobe.agent.containers.ContainerHook;
import dev.uprobe.agent.process.procfs.Processes;
import dev.uprobe.agent.process.watch.MappingWatch.NewMapping;
import dev.uprobe.agent.sys.libc.KernelException;
import dev.uprobe.language.text.Sentence;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The tracing thread, the only one that changes traces. Everybody else hands over here what has
 * happened; methods may be called from any thread.
 */
public final class TracingLoop {
  /** Nothing notices that a process or container ends. */
  private static final Duration REFRESH = Duration.ofSeconds(10);

  /** A look at all processes takes milliseconds. */
  private static final Duration SHORTEST_WAIT = Duration.ofMillis(2);

  /** While the thread is busy, more mappings than this are not kept one by one. */
  private static final int MAX_MAPPED = 4096;

  /** How often the intervals of aggregations are checked. */
  private static final Duration AGGREGATES = Duration.ofSeconds(1);

  /** The kubelet's probes wait for the same server as the metrics that ask here. */
  private static final Duration LONGEST_ANSWER = Duration.ofSeconds(2);

  private final ActiveTraces traces;
  private final Diagnostics diagnostics;
  private final ContainerHook containerHook;
  private final Set<NewMapping> mapped = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean isToRescan = new AtomicBoolean();
  private final Set<Integer> changedPids = ConcurrentHashMap.newKeySet();
  private final ScheduledThreadPoolExecutor thread =
      new ScheduledThreadPoolExecutor(1, work -> new Thread(work, "trace"));
  private Optional<Future<?>> nextAttempt = Optional.empty();

  /** Creates the loop; nothing happens by itself before {@link #start}. */
  TracingLoop(ActiveTraces traces, Processes processes) {
    this.traces = traces;
    this.diagnostics = traces.context().diagnostics();
    this.containerHook =
        new ContainerHook(
            processes, thread, pids -> guarded(() -> traces.onContainerCreating(pids)).run());
    thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    thread.setRemoveOnCancelPolicy(true);
  }

  /** Something that the kernel may refuse. */
  @FunctionalInterface
  public interface Change {
    void apply() throws KernelException;
  }

  /** Something to be known that only the tracing thread knows. */
  @FunctionalInterface
  public interface Question<T> {
    T answer() throws KernelException;
  }

  void start() {
    every(REFRESH, traces::refresh);
    every(AGGREGATES, traces::emitAggregates);
  }

  /** Runs a change on the tracing thread, and makes the attempts that follow from it. */
  public void change(Change change) {
    try {
      thread.execute(
          () -> {
            guarded(change).run();
            planAttempt();
          });
    } catch (RejectedExecutionException e) {
      // The engine ends, and with it the need for any change.
      return;
    }
  }

  /** Runs something on the tracing thread, again and again. */
  public void every(Duration pause, Change work) {
    thread.scheduleWithFixedDelay(
        guarded(work), pause.toMillis(), pause.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Runs something on the tracing thread once, after a while. */
  public void after(Duration wait, Change work) {
    thread.schedule(guarded(work), wait.toMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * Asks on the tracing thread, and waits a short while for the answer.
   *
   * @throws IllegalStateException if there is no answer now
   */
  public <T> T ask(Question<T> question) {
    try {
      return thread.submit(question::answer).get(LONGEST_ANSWER.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("The agent ends.", e);
    } catch (RejectedExecutionException e) {
      throw new IllegalStateException("The agent ends.", e);
    } catch (TimeoutException e) {
      throw new IllegalStateException("The agent is busy with changes to its probes.", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("The counters cannot be read.", e.getCause());
    }
  }

  /**
   * Runs something on the tracing thread, and waits for its end however long that takes.
   *
   * @throws ExecutionException with what it has thrown
   */
  public void run(Change change) throws InterruptedException, ExecutionException {
    thread
        .submit(
            () -> {
              change.apply();
              planAttempt();
              return null;
            })
        .get();
  }

  /** A process has mapped a file. */
  void mapped(NewMapping mapping) {
    if (ContainerHook.isRuntime(mapping.path())) {
      change(this::onRuntimeStarted);
    }
    if (mapped.size() >= MAX_MAPPED) {
      rescan();
    } else if (mapped.add(mapping)) {
      change(
          () -> {
            Set<NewMapping> taken = Set.copyOf(mapped);
            // Before the look: what is mapped after it is added again.
            mapped.removeAll(taken);
            if (!taken.isEmpty()) {
              traces.follow(taken);
            }
          });
    }
  }

  /** Any process may have mapped anything. */
  void rescan() {
    if (isToRescan.compareAndSet(false, true)) {
      change(
          () -> {
            isToRescan.set(false);
            mapped.clear();
            traces.rescan();
          });
    }
  }

  /** Something else than its mappings has changed of a process. */
  void changed(int pid) {
    if (changedPids.add(pid)) {
      change(
          () -> {
            Set<Integer> taken = Set.copyOf(changedPids);
            changedPids.removeAll(taken);
            traces.lookAt(taken);
          });
    }
  }

  private void onRuntimeStarted() {
    if (!traces.isEmpty() && traces.context().pods().isPresent()) {
      containerHook.begin();
    }
  }

  private void planAttempt() {
    nextAttempt.ifPresent(each -> each.cancel(false));
    nextAttempt =
        traces
            .untilNext()
            .map(wait -> wait.compareTo(SHORTEST_WAIT) < 0 ? SHORTEST_WAIT : wait)
            .map(wait -> thread.schedule(this::attempt, wait.toMillis(), TimeUnit.MILLISECONDS));
  }

  private void attempt() {
    guarded(traces::refresh).run();
    planAttempt();
  }

  /** An exception would end the repetition of a task, without a word. */
  private Runnable guarded(Change change) {
    return () -> {
      try {
        change.apply();
      } catch (KernelException e) {
        diagnostics.warn(Sentence.of(e.getMessage() + " " + e.details()));
      } catch (RuntimeException e) {
        diagnostics.fail("Internal error of the tracing thread", e);
      }
    };
  }

  /**
   * Does a last thing on the tracing thread, and ends it.
   *
   * @return whether that was done in time
   */
  boolean stop(Runnable last, Duration longest) throws InterruptedException {
    if (thread.isShutdown()) {
      return thread.awaitTermination(longest.toMillis(), TimeUnit.MILLISECONDS);
    }
    try {
      Future<?> done = thread.submit(last);
      thread.shutdown();
      done.get(longest.toMillis(), TimeUnit.MILLISECONDS);
      return thread.awaitTermination(longest.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      diagnostics.fail("Internal error while the probes were detached", e.getCause());
      return false;
    } catch (TimeoutException e) {
      return false;
    }
  }
}
