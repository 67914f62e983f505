package dev.uprobe.operator.schedule;

import dev.uprobe.api.v1alpha1.LabelValue;
import dev.uprobe.api.v1alpha1.TraceReference;
import dev.uprobe.api.v1alpha1.UprobeAttachment;
import dev.uprobe.api.v1alpha1.UprobeAttachmentSpec;
import dev.uprobe.api.v1alpha1.UprobeTrace;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import java.util.Map;

/** Creates the attachments of a trace. */
public final class Attachments {
  /** Kubernetes' limit for the name of a resource. */
  private static final int MAX_NAME = 253;

  private Attachments() {}

  /** Returns the attachment of a trace on one node, as the operator applies it. */
  public static UprobeAttachment of(UprobeTrace trace, String node, int reportIntervalSeconds) {
    String traceName = trace.getMetadata().getName();
    UprobeAttachment attachment = new UprobeAttachment();
    attachment.setMetadata(
        new ObjectMetaBuilder()
            .withNamespace(trace.getMetadata().getNamespace())
            .withName(name(traceName, node))
            .withLabels(
                Map.of(
                    UprobeAttachment.TRACE_LABEL, LabelValue.of(traceName),
                    UprobeAttachment.NODE_LABEL, LabelValue.of(node)))
            .withOwnerReferences(
                new OwnerReferenceBuilder()
                    .withApiVersion(trace.getApiVersion())
                    .withKind(trace.getKind())
                    .withName(traceName)
                    .withUid(trace.getMetadata().getUid())
                    .withController(true)
                    .withBlockOwnerDeletion(true)
                    .build())
            .build());
    attachment.setSpec(
        new UprobeAttachmentSpec(
            node,
            new TraceReference(
                traceName, trace.getMetadata().getUid(), trace.getMetadata().getGeneration()),
            trace.getSpec().target(),
            trace.getSpec().probes(),
            trace.getSpec().recentEvents(),
            reportIntervalSeconds));
    return attachment;
  }

  /**
   * Returns an attachment without the fields by which its node's agent finds it. The API server
   * assigns its uid, which is then signed, before any agent sees it.
   */
  public static UprobeAttachment withoutNodeLabel(UprobeAttachment attachment) {
    UprobeAttachment hidden = new UprobeAttachment();
    hidden.setMetadata(
        new ObjectMetaBuilder(attachment.getMetadata())
            .removeFromLabels(UprobeAttachment.NODE_LABEL)
            .build());
    hidden.setSpec(attachment.getSpec());
    return hidden;
  }

  /** Returns a stable name that is unique for each trace and node. */
  static String name(String trace, String node) {
    String suffix = "-" + LabelValue.hash(node);
    if (trace.length() + suffix.length() <= MAX_NAME) {
      return trace + suffix;
    }
    String hash = "-" + LabelValue.hash(trace);
    String start = trace.substring(0, MAX_NAME - suffix.length() - hash.length());
    // A name's part may not end with a dot or dash before the dash that follows.
    return start.replaceAll("[.-]+$", "") + hash + suffix;
  }
}
