package dev.uprobe.agent.node;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.uprobe.api.v1alpha1.UprobeAttachment;
import dev.uprobe.api.v1alpha1.UprobeAttachmentStatus;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.net.HttpURLConnection;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes the status of attachments where something changed. Used by one thread. */
public final class StatusWriter implements StatusReports.Writing {
  private static final Logger LOG = LoggerFactory.getLogger(StatusWriter.class);
  private static final ResourceDefinitionContext KIND =
      ResourceDefinitionContext.fromResourceType(UprobeAttachment.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Left out of JSON when empty, which a merge patch (RFC 7386) would take for no change. */
  private static final List<String> LISTS = List.of("containers", "recentEvents");

  private final KubernetesClient client;
  private final Map<String, UprobeAttachmentStatus> written = new HashMap<>();
  private final AtomicLong writes = new AtomicLong();
  private final AtomicLong failures = new AtomicLong();

  /** Writes by this client. */
  public StatusWriter(KubernetesClient client) {
    this.client = client;
  }

  /**
   * Writes a status, unless the last one said the same. A failure is told.
   *
   * @return whether there is nothing left to write; an attachment that is gone has no status
   */
  @Override
  public boolean write(UprobeAttachment attachment, UprobeAttachmentStatus status) {
    ObjectMeta metadata = attachment.getMetadata();
    if (status.equals(written.get(metadata.getUid()))) {
      return true;
    }
    try {
      GenericKubernetesResource patch = patch(metadata, status, Instant.now());
      // Given as text, the client would ask for the object first.
      client
          .genericKubernetesResources(KIND)
          .inNamespace(metadata.getNamespace())
          .resource(patch)
          .subresource("status")
          .patch(PatchContext.of(PatchType.JSON_MERGE), patch);
      written.put(metadata.getUid(), status);
      writes.incrementAndGet();
      return true;
    } catch (KubernetesClientException e) {
      if (isGone(e)) {
        return true;
      }
      failures.incrementAndGet();
      LOG.warn(
          "Could not write the status of UprobeAttachment {}/{}, retrying: {}",
          metadata.getNamespace(),
          metadata.getName(),
          e.getMessage());
      return false;
    }
  }

  /**
   * A status without probes is of an attachment that was not looked into: what an agent counted
   * before, and its events, stay.
   *
   * <p>The uid lets the API server refuse what is meant for an earlier object of the same name.
   */
  static GenericKubernetesResource patch(
      ObjectMeta of, UprobeAttachmentStatus status, Instant time) {
    ObjectNode fields = JSON.valueToTree(status);
    if (!status.probes().isEmpty()) {
      LISTS.stream().filter(each -> !fields.has(each)).forEach(fields::putNull);
    }
    fields.put("lastReportTime", time.toString());
    GenericKubernetesResource patch = new GenericKubernetesResource();
    patch.setApiVersion(HasMetadata.getApiVersion(UprobeAttachment.class));
    patch.setKind(HasMetadata.getKind(UprobeAttachment.class));
    ObjectMeta metadata = new ObjectMeta();
    metadata.setNamespace(of.getNamespace());
    metadata.setName(of.getName());
    metadata.setUid(of.getUid());
    patch.setMetadata(metadata);
    patch.setAdditionalProperty("status", fields);
    return patch;
  }

  private static boolean isGone(KubernetesClientException e) {
    return e.getCode() == HttpURLConnection.HTTP_NOT_FOUND
        || e.getCode() == HttpURLConnection.HTTP_CONFLICT;
  }

  /** Returns how many statuses the API server has taken; from any thread, as the next. */
  long writes() {
    return writes.get();
  }

  /** Returns how many it has not taken, those of attachments that are gone left aside. */
  long failures() {
    return failures.get();
  }

  @Override
  public void forget(UprobeAttachment attachment) {
    written.remove(attachment.getMetadata().getUid());
  }
}
