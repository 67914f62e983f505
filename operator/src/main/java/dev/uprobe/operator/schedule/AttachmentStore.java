package dev.uprobe.operator.schedule;

import dev.uprobe.api.v1alpha1.UprobeAttachment;
import dev.uprobe.kube.ReducedStore;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.Map;

/**
 * An informer store of attachments without their managed fields, which are larger than the rest.
 */
public final class AttachmentStore extends ReducedStore<UprobeAttachment> {

  public AttachmentStore() {
    super(AttachmentStore::reduce);
  }

  static UprobeAttachment reduce(UprobeAttachment attachment) {
    ObjectMeta from = attachment.getMetadata();
    ObjectMeta metadata = identity(attachment);
    metadata.setLabels(from.getLabels());
    metadata.setAnnotations(signature(from.getAnnotations()));
    metadata.setOwnerReferences(from.getOwnerReferences());
    metadata.setGeneration(from.getGeneration());
    metadata.setCreationTimestamp(from.getCreationTimestamp());
    metadata.setDeletionTimestamp(from.getDeletionTimestamp());
    UprobeAttachment reduced = new UprobeAttachment();
    reduced.setMetadata(metadata);
    reduced.setSpec(attachment.getSpec());
    reduced.setStatus(attachment.getStatus());
    return reduced;
  }

  private static Map<String, String> signature(Map<String, String> annotations) {
    String signature =
        annotations == null ? null : annotations.get(UprobeAttachment.SIGNATURE_ANNOTATION);
    return signature == null ? Map.of() : Map.of(UprobeAttachment.SIGNATURE_ANNOTATION, signature);
  }
}
