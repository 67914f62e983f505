package dev.uprobe.agent.node;

import dev.uprobe.agent.kernel.KernelException;
import dev.uprobe.agent.target.MappingWatch.NewMapping;
import dev.uprobe.v1alpha1.UprobeAttachment;
import dev.uprobe.v1alpha1.UprobeAttachmentStatus;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread on which a node's traces are changed, and the one that reports them. What comes from
 * the cluster and from the kernel is handed over here.
 */
final class NodeSession {
  private static final Logger LOG = LoggerFactory.getLogger(NodeSession.class);

  /** How often all is looked at again, should a change not have been told. */
  private static final Duration REFRESH = Duration.ofSeconds(10);

  /** How soon an attempt is made again where something was not attached. */
  private static final Duration RETRY = Duration.ofMillis(50);

  private static final Duration MAX_RETRY = Duration.ofSeconds(5);

  /** A change is reported this soon, whatever the interval of reports. */
  private static final Duration REPORT = Duration.ofMillis(200);

  private static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(2);

  private final NodeTracer tracer;
  private final StatusWriter writer;
  private final Map<String, Reported> reported = new HashMap<>();
  private final ScheduledExecutorService tracing =
      Executors.newSingleThreadScheduledExecutor(work -> new Thread(work, "trace"));
  private final ScheduledExecutorService reporting =
      Executors.newSingleThreadScheduledExecutor(work -> new Thread(work, "report"));
  private Duration retry = RETRY;
  private boolean retryPlanned;

  /** When an attachment was last handed to the writer, and what it said of its containers. */
  private record Reported(long nanos, Object state) {}

  NodeSession(NodeTracer tracer, StatusWriter writer) {
    this.tracer = tracer;
    this.writer = writer;
  }

  /** A change that may be refused by the kernel. */
  private interface Change {
    void apply() throws KernelException;
  }

  void start() {
    tracing.scheduleWithFixedDelay(
        guarded(this::refresh), 0, REFRESH.toMillis(), TimeUnit.MILLISECONDS);
    tracing.scheduleWithFixedDelay(
        guarded(this::report), REPORT.toMillis(), REPORT.toMillis(), TimeUnit.MILLISECONDS);
  }

  void put(UprobeAttachment attachment) {
    change(() -> tracer.put(attachment));
  }

  void remove(UprobeAttachment attachment) {
    change(
        () -> {
          tracer.remove(attachment);
          reported.remove(attachment.getMetadata().getUid());
          writer.forget(attachment);
        });
  }

  void put(NodePod pod) {
    change(() -> tracer.put(pod));
  }

  void remove(NodePod pod) {
    change(() -> tracer.remove(pod));
  }

  void follow(NewMapping mapping) {
    change(() -> tracer.follow(mapping));
  }

  void rescan() {
    change(this::refresh);
  }

  private void change(Change change) {
    try {
      tracing.execute(
          guarded(
              () -> {
                change.apply();
                retry = RETRY;
                planRetry();
              }));
    } catch (RejectedExecutionException e) {
      LOG.debug("The agent ends.");
    }
  }

  private void planRetry() {
    if (!retryPlanned) {
      retryPlanned = true;
      tracing.schedule(
          guarded(
              () -> {
                retryPlanned = false;
                if (tracer.refresh() && retry.compareTo(MAX_RETRY) < 0) {
                  retry = retry.multipliedBy(2);
                  planRetry();
                }
              }),
          retry.toMillis(),
          TimeUnit.MILLISECONDS);
    }
  }

  private void refresh() throws KernelException {
    tracer.refresh();
  }

  /**
   * Hands over what is due: at once where containers changed, counts at the attachment's interval.
   */
  private void report() throws KernelException {
    long now = System.nanoTime();
    tracer.report(
        (attachment, status) -> {
          Object state = List.of(status.observedGeneration(), status.containers());
          Reported last = reported.get(attachment.getMetadata().getUid());
          boolean due = last == null || now - last.nanos() >= interval(attachment).toNanos();
          if (due || !last.state().equals(state)) {
            reported.put(attachment.getMetadata().getUid(), new Reported(now, state));
            write(attachment, status);
          }
        });
  }

  private void write(UprobeAttachment attachment, UprobeAttachmentStatus status) {
    reporting.execute(guarded(() -> writer.write(attachment, status)));
  }

  private static Duration interval(UprobeAttachment attachment) {
    return Optional.ofNullable(attachment.getSpec().reportIntervalSeconds())
        .map(Duration::ofSeconds)
        .orElse(DEFAULT_INTERVAL);
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

  /** Ends both threads; the tracer is the caller's to close after that. */
  void stop() {
    tracing.shutdown();
    reporting.shutdown();
    try {
      tracing.awaitTermination(10, TimeUnit.SECONDS);
      reporting.awaitTermination(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
