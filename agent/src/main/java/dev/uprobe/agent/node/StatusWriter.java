package dev.uprobe.agent.node;

import dev.uprobe.v1alpha1.UprobeAttachment;
import dev.uprobe.v1alpha1.UprobeAttachmentStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes the status of attachments, as seldom as they allow, and only where something changed. */
final class StatusWriter {
  private static final Logger LOG = LoggerFactory.getLogger(StatusWriter.class);
  private static final int NOT_FOUND = 404;

  private final KubernetesClient client;
  private final Map<String, UprobeAttachmentStatus> written = new ConcurrentHashMap<>();

  StatusWriter(KubernetesClient client) {
    this.client = client;
  }

  /**
   * Writes a status, unless the last one said the same. A failure is told, and mended by the next.
   */
  void write(UprobeAttachment attachment, UprobeAttachmentStatus status) {
    String uid = attachment.getMetadata().getUid();
    if (status.equals(written.get(uid))) {
      return;
    }
    UprobeAttachment patch = new UprobeAttachment();
    patch.getMetadata().setName(attachment.getMetadata().getName());
    patch.getMetadata().setNamespace(attachment.getMetadata().getNamespace());
    patch.setStatus(at(Instant.now(), status));
    try {
      client
          .resource(patch)
          .subresource("status")
          .patch(PatchContext.of(PatchType.JSON_MERGE), patch);
      written.put(uid, status);
    } catch (KubernetesClientException e) {
      if (e.getCode() != NOT_FOUND) {
        LOG.warn(
            "The status of UprobeAttachment {}/{} was not written and will be again: {}",
            attachment.getMetadata().getNamespace(),
            attachment.getMetadata().getName(),
            e.getMessage());
      }
    }
  }

  void forget(UprobeAttachment attachment) {
    written.remove(attachment.getMetadata().getUid());
  }

  private static UprobeAttachmentStatus at(Instant time, UprobeAttachmentStatus status) {
    return new UprobeAttachmentStatus(
        status.observedGeneration(),
        status.summary(),
        status.containers(),
        status.probes(),
        status.recentEvents(),
        status.agent(),
        time.toString());
  }
}
