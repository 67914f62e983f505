package dev.uprobe.agent.node;

import dev.uprobe.agent.containers.ContainerCollection;
import dev.uprobe.agent.containers.NodePod;
import dev.uprobe.agent.engine.ActiveTraces;
import dev.uprobe.agent.engine.EngineContext;
import dev.uprobe.agent.metrics.TraceStatus;
import dev.uprobe.agent.sys.libc.KernelException;
import dev.uprobe.api.v1alpha1.UprobeAttachment;
import dev.uprobe.api.v1alpha1.UprobeAttachmentStatus;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Turns the attachments of this node into traces, and traces into statuses. One thread uses it. */
final class NodeTracer {
  private final EngineContext context;
  private final ActiveTraces traces;
  private final ContainerCollection containers;
  private final RecentEventsSink sink;
  private final AttachmentReport report;
  private final AttachmentCheck check;
  private final UnsignedAttachments unsigned;
  private final Map<String, AttachmentTrace> byUid = new LinkedHashMap<>();

  NodeTracer(
      ActiveTraces traces, RecentEventsSink sink, AttachmentReport report, AttachmentCheck check) {
    this.traces = traces;
    this.context = traces.context();
    this.containers = context.pods().orElseThrow().collection();
    this.sink = sink;
    this.report = report;
    this.check = check;
    this.unsigned = new UnsignedAttachments(context.diagnostics());
  }

  /** Takes the statuses that it asks for. */
  interface Reports {
    /**
     * Returns whether a status is due.
     *
     * @param version differs from the last one where more than counts and events has changed
     */
    boolean isDue(UprobeAttachment attachment, long version);

    void accept(UprobeAttachment attachment, UprobeAttachmentStatus status);
  }

  /** Takes over an attachment that is new or has changed, if the operator has signed it. */
  void put(UprobeAttachment attachment) throws KernelException {
    String uid = attachment.getMetadata().getUid();
    AttachmentTrace known = byUid.get(uid);
    boolean isKnown =
        known == null ? unsigned.contains(attachment) : isSameSpec(known.attachment(), attachment);
    if (isKnown && !AttachmentCheck.isGoing(attachment)) {
      return;
    }
    switch (check.of(attachment)) {
      case CARRY_OUT -> carryOut(attachment);
      case NOT_SIGNED -> {
        remove(attachment);
        unsigned.add(attachment);
      }
      case IGNORE -> remove(attachment);
    }
  }

  private void carryOut(UprobeAttachment attachment) throws KernelException {
    String uid = attachment.getMetadata().getUid();
    unsigned.remove(uid);
    AttachmentTrace trace =
        byUid.computeIfAbsent(uid, key -> new AttachmentTrace(context, sink, attachment));
    trace.change(attachment);
    traces.put(List.of(trace.active()));
  }

  private static boolean isSameSpec(UprobeAttachment one, UprobeAttachment other) {
    return one.getMetadata().getGeneration().equals(other.getMetadata().getGeneration());
  }

  /** Ends an attachment. */
  void remove(UprobeAttachment attachment) {
    unsigned.remove(attachment.getMetadata().getUid());
    AttachmentTrace known = byUid.remove(attachment.getMetadata().getUid());
    if (known != null) {
      traces.remove(known.active());
    }
  }

  /** Takes over a pod that is new or has changed. */
  void put(NodePod pod) {
    if (containers.put(pod)) {
      traces.containersChanged();
    }
  }

  void remove(NodePod pod) {
    containers.remove(pod);
    traces.podsRemoved();
  }

  /** Hands over the statuses that are due. */
  void report(Reports reports) {
    reportUnsigned(reports);
    for (AttachmentTrace trace : byUid.values()) {
      if (reports.isDue(trace.attachment(), trace.active().version())) {
        try {
          reports.accept(trace.attachment(), trace.status(report));
        } catch (KernelException e) {
          context.diagnostics().warn(e.getMessage());
        }
      }
    }
  }

  /** Hands over the statuses of those that are not carried out. */
  private void reportUnsigned(Reports reports) {
    for (UprobeAttachment attachment : unsigned.all()) {
      long generation = attachment.getMetadata().getGeneration();
      if (reports.isDue(attachment, generation)) {
        reports.accept(attachment, report.refused(generation, UnsignedAttachments.FAILURE));
      }
    }
  }

  /** Returns the status that each trace has now, oldest first. */
  List<TraceStatus> statuses() {
    List<TraceStatus> statuses = new ArrayList<>();
    for (AttachmentTrace trace : byUid.values()) {
      UprobeAttachment attachment = trace.attachment();
      try {
        statuses.add(
            new TraceStatus(
                attachment.getMetadata().getNamespace(),
                attachment.getSpec().trace().name(),
                trace.status(report)));
      } catch (KernelException e) {
        context.diagnostics().warn(e.getMessage());
      }
    }
    return statuses;
  }
}
