package dev.uprobe.agent.node;

import dev.uprobe.v1alpha1.UprobeAttachment;
import dev.uprobe.v1alpha1.UprobeAttachmentStatus;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that writes statuses. While the API server does not answer, only the latest status of
 * each attachment waits.
 */
final class StatusReports implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StatusReports.class);
  private static final Duration LAST_WRITES = Duration.ofSeconds(5);

  private final StatusWriter writer;
  private final Map<String, Report> waiting = new ConcurrentHashMap<>();
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(work -> new Thread(work, "report"));

  StatusReports(StatusWriter writer) {
    this.writer = writer;
  }

  private record Report(UprobeAttachment attachment, UprobeAttachmentStatus status) {}

  /** Hands over a status to be written. */
  void add(UprobeAttachment attachment, UprobeAttachmentStatus status) {
    String uid = attachment.getMetadata().getUid();
    if (waiting.put(uid, new Report(attachment, status)) == null) {
      submit(() -> write(waiting.remove(uid)));
    }
  }

  /** Forgets an attachment that is gone. */
  void forget(UprobeAttachment attachment) {
    submit(() -> writer.forget(attachment));
  }

  private void submit(Runnable work) {
    try {
      thread.execute(work);
    } catch (RejectedExecutionException e) {
      LOG.debug("The agent ends.");
    }
  }

  private void write(Report report) {
    try {
      writer.write(report.attachment(), report.status());
    } catch (RuntimeException e) {
      LOG.error("A status could not be written.", e);
    }
  }

  /** Writes what waits, unless that takes too long, and ends the thread. */
  @Override
  public void close() {
    thread.shutdown();
    try {
      if (!thread.awaitTermination(LAST_WRITES.toSeconds(), TimeUnit.SECONDS)) {
        thread.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
