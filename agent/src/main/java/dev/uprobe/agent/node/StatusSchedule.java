package dev.uprobe.agent.node;

import dev.uprobe.api.v1alpha1.UprobeAttachment;
import dev.uprobe.api.v1alpha1.UprobeAttachmentStatus;

/** Sends each attachment's status when it is due. Used by the tracing thread. */
final class StatusSchedule {
  private final NodeTracer tracer;
  private final StatusReports reports;
  private final ReportTimes times = new ReportTimes();

  StatusSchedule(NodeTracer tracer, StatusReports reports) {
    this.tracer = tracer;
    this.reports = reports;
  }

  /** Sends the statuses that are due. */
  void sendDue() {
    send(false);
  }

  /** Sends all statuses, due or not. */
  void sendAll() {
    send(true);
  }

  private void send(boolean isLast) {
    long now = System.nanoTime();
    tracer.report(
        new NodeTracer.Reports() {
          @Override
          public boolean isDue(UprobeAttachment attachment, long version) {
            String uid = attachment.getMetadata().getUid();
            return times.isDue(uid, version, ReportTimes.interval(attachment), now) || isLast;
          }

          @Override
          public void accept(UprobeAttachment attachment, UprobeAttachmentStatus status) {
            reports.add(attachment, status);
          }
        });
  }

  void forget(UprobeAttachment attachment) {
    times.forget(attachment.getMetadata().getUid());
    reports.forget(attachment);
  }
}
