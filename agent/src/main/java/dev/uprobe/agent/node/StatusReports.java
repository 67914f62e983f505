package dev.uprobe.agent.node;

import dev.uprobe.agent.engine.Backoff;
import dev.uprobe.api.v1alpha1.UprobeAttachment;
import dev.uprobe.api.v1alpha1.UprobeAttachmentStatus;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that writes statuses. While the API server does not answer, only the latest status of
 * each attachment waits, and is tried again with growing pauses.
 */
final class StatusReports implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StatusReports.class);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
  private static final Duration LAST_WRITES = Duration.ofSeconds(5);

  private final Writing writing;
  private final Map<String, Report> waiting = new ConcurrentHashMap<>();
  private final Map<String, Duration> pauses = new HashMap<>();
  private final ScheduledThreadPoolExecutor thread =
      new ScheduledThreadPoolExecutor(1, work -> new Thread(work, "report"));

  StatusReports(Writing writing) {
    this.writing = writing;
    thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  private record Report(UprobeAttachment attachment, UprobeAttachmentStatus status) {}

  /** Writes statuses, on the thread of the reports. */
  interface Writing {
    /** Returns whether there is nothing left to write. */
    boolean write(UprobeAttachment attachment, UprobeAttachmentStatus status);

    /** Is told that an attachment is gone. */
    void forget(UprobeAttachment attachment);
  }

  /** Hands over a status to be written. */
  void add(UprobeAttachment attachment, UprobeAttachmentStatus status) {
    String uid = attachment.getMetadata().getUid();
    if (waiting.put(uid, new Report(attachment, status)) == null) {
      submit(Duration.ZERO, () -> write(uid));
    }
  }

  /** Forgets an attachment that is gone. */
  void forget(UprobeAttachment attachment) {
    String uid = attachment.getMetadata().getUid();
    submit(
        Duration.ZERO,
        () -> {
          waiting.remove(uid);
          pauses.remove(uid);
          writing.forget(attachment);
        });
  }

  private void submit(Duration pause, Runnable work) {
    try {
      thread.schedule(work, pause.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      LOG.debug("The agent ends.");
    }
  }

  private void write(String uid) {
    Report report = waiting.remove(uid);
    if (report == null) {
      return;
    }
    if (isWritten(report)) {
      pauses.remove(uid);
      return;
    }
    Duration pause = pause(pauses.get(uid), ReportTimes.interval(report.attachment()));
    pauses.put(uid, pause);
    // A newer status is on its way already, and takes the place of this one.
    if (waiting.putIfAbsent(uid, report) == null) {
      submit(pause, () -> write(uid));
    }
  }

  private boolean isWritten(Report report) {
    try {
      return writing.write(report.attachment(), report.status());
    } catch (RuntimeException e) {
      LOG.error("A status could not be written.", e);
      return true;
    }
  }

  /**
   * Returns the pause before the next attempt: never longer than it would be to the next report.
   *
   * @param last the pause before the failed attempt; null where that was the first
   */
  static Duration pause(Duration last, Duration interval) {
    Duration longest = interval.compareTo(LONGEST_PAUSE) < 0 ? interval : LONGEST_PAUSE;
    Duration first = FIRST_PAUSE.compareTo(longest) < 0 ? FIRST_PAUSE : longest;
    return new Backoff(first, longest).after(last == null ? Duration.ZERO : last);
  }

  /** Writes what waits, unless that takes too long, and ends the thread. */
  @Override
  public void close() {
    submit(Duration.ZERO, () -> List.copyOf(waiting.keySet()).forEach(this::write));
    // Delayed tasks are dropped at the shutdown, so it comes after what is due.
    submit(Duration.ZERO, thread::shutdown);
    try {
      if (!thread.awaitTermination(LAST_WRITES.toSeconds(), TimeUnit.SECONDS)) {
        thread.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
