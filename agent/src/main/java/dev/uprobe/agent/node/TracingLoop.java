package dev.uprobe.agent.node;

import dev.uprobe.agent.containers.ContainerHook;
import dev.uprobe.agent.containers.NodePod;
import dev.uprobe.agent.process.procfs.Processes;
import dev.uprobe.agent.process.watch.MappingWatch.NewMapping;
import dev.uprobe.agent.sys.libc.KernelException;
import dev.uprobe.api.v1alpha1.UprobeAttachment;
import dev.uprobe.api.v1alpha1.UprobeAttachmentStatus;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread on which a node's traces are changed. What comes from the cluster and from the kernel
 * is handed over here.
 */
final class TracingLoop {
  private static final Logger LOG = LoggerFactory.getLogger(TracingLoop.class);

  /** How often all is looked at again: the end of a container is not told by the kernel. */
  private static final Duration REFRESH = Duration.ofSeconds(10);

  /** A look at all processes takes milliseconds. */
  private static final Duration SHORTEST_WAIT = Duration.ofMillis(10);

  /** A change is reported this soon, whatever the interval of reports. */
  private static final Duration REPORT = Duration.ofMillis(200);

  /** How often it is seen whether the interval of an aggregation is over. */
  private static final Duration AGGREGATES = Duration.ofSeconds(1);

  /** Who asks is answered within seconds, or does without: the kubelet asks the same server. */
  private static final Duration LONGEST_ANSWER = Duration.ofSeconds(2);

  private static final Duration LONGEST_STOP = Duration.ofSeconds(10);

  private final NodeTracer tracer;
  private final StatusReports reports;
  private final ReportTimes times = new ReportTimes();
  private final Set<Integer> mapped = ConcurrentHashMap.newKeySet();
  private final ScheduledThreadPoolExecutor tracing =
      new ScheduledThreadPoolExecutor(1, work -> new Thread(work, "trace"));
  private final ContainerHook starts;
  private Optional<Future<?>> nextAttempt = Optional.empty();

  TracingLoop(Processes processes, NodeTracer tracer, StatusReports reports) {
    this.tracer = tracer;
    this.reports = reports;
    this.starts =
        new ContainerHook(processes, tracing, pids -> guarded(() -> tracer.expect(pids)).run());
    tracing.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    tracing.setRemoveOnCancelPolicy(true);
  }

  /** A change that may be refused by the kernel. */
  private interface Change {
    void apply() throws KernelException;
  }

  void start() {
    tracing.scheduleWithFixedDelay(
        guarded(tracer::refresh), 0, REFRESH.toMillis(), TimeUnit.MILLISECONDS);
    tracing.scheduleWithFixedDelay(
        guarded(tracer::tellAggregates),
        AGGREGATES.toMillis(),
        AGGREGATES.toMillis(),
        TimeUnit.MILLISECONDS);
    tracing.scheduleWithFixedDelay(
        guarded(() -> report(false)), REPORT.toMillis(), REPORT.toMillis(), TimeUnit.MILLISECONDS);
  }

  void put(UprobeAttachment attachment) {
    change(() -> tracer.put(attachment));
  }

  void remove(UprobeAttachment attachment) {
    change(
        () -> {
          tracer.remove(attachment);
          times.forget(attachment.getMetadata().getUid());
          reports.forget(attachment);
        });
  }

  void put(NodePod pod) {
    change(() -> tracer.put(pod));
  }

  void remove(NodePod pod) {
    change(() -> tracer.remove(pod));
  }

  /** Looks at a process once, however many files it has mapped until then. */
  void follow(NewMapping mapping) {
    if (ContainerHook.isRuntime(mapping.path())) {
      change(this::expectContainer);
    }
    follow(mapping.pid());
  }

  /** Looks at a process of which something has changed. */
  void follow(int pid) {
    if (mapped.add(pid)) {
      change(
          () -> {
            Set<Integer> pids = Set.copyOf(mapped);
            // Before the look: what is mapped after it is told again.
            mapped.removeAll(pids);
            tracer.follow(pids);
          });
    }
  }

  private void expectContainer() {
    if (!tracer.isIdle()) {
      starts.begin();
    }
  }

  void rescan() {
    change(tracer::rescan);
  }

  /** Looks at all processes. */
  void refresh() {
    change(tracer::refresh);
  }

  /** Attaches anew to files whose content has changed. */
  void filesChanged() {
    change(tracer::filesChanged);
  }

  /** Something to be known of what the thread works on. */
  interface Question<T> {
    T answer() throws KernelException;
  }

  /**
   * Asks on the thread of the traces, from any other.
   *
   * @throws IllegalStateException if it cannot answer now
   */
  <T> T ask(Question<T> question) {
    try {
      return tracing.submit(question::answer).get(LONGEST_ANSWER.toMillis(), TimeUnit.MILLISECONDS);
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

  private void change(Change change) {
    try {
      tracing.execute(
          () -> {
            guarded(change).run();
            planAttempt();
          });
    } catch (RejectedExecutionException e) {
      LOG.debug("The agent ends.");
    }
  }

  private void planAttempt() {
    nextAttempt.ifPresent(each -> each.cancel(false));
    nextAttempt =
        tracer
            .untilNext()
            .map(wait -> wait.compareTo(SHORTEST_WAIT) < 0 ? SHORTEST_WAIT : wait)
            .map(wait -> tracing.schedule(this::attempt, wait.toMillis(), TimeUnit.MILLISECONDS));
  }

  private void attempt() {
    guarded(tracer::refresh).run();
    planAttempt();
  }

  private void report(boolean all) {
    long now = System.nanoTime();
    tracer.report(
        new NodeTracer.Reports() {
          @Override
          public boolean isDue(UprobeAttachment attachment, long version) {
            return times.isDue(
                    attachment.getMetadata().getUid(),
                    version,
                    ReportTimes.interval(attachment),
                    now)
                || all;
          }

          @Override
          public void accept(UprobeAttachment attachment, UprobeAttachmentStatus status) {
            reports.add(attachment, status);
          }
        });
  }

  private static Runnable guarded(Change change) {
    return () -> {
      try {
        change.apply();
      } catch (KernelException e) {
        LOG.error("{} {}", e.getMessage(), e.details());
      } catch (RuntimeException e) {
        LOG.error("A change could not be carried out.", e);
      }
    };
  }

  /** Detaches, reports a last time, and ends the thread; the tracer is the caller's to close. */
  void stop() {
    Future<?> last =
        tracing.submit(
            guarded(
                () -> {
                  tracer.detach();
                  report(true);
                }));
    try {
      last.get(LONGEST_STOP.toSeconds(), TimeUnit.SECONDS);
      tracing.shutdown();
      tracing.awaitTermination(LONGEST_STOP.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      LOG.warn("The last counts were not reported.", e);
    } finally {
      tracing.shutdown();
    }
    reports.close();
  }
}
