package dev.uprobe.operator.node;

import dev.uprobe.store.ReducedStore;
import dev.uprobe.v1alpha1.UprobeAttachment;
import io.fabric8.kubernetes.api.model.ObjectMeta;

/** Keeps of each attachment all but who manages which field, which takes more than the rest. */
public final class AttachmentStore extends ReducedStore<UprobeAttachment> {

  public AttachmentStore() {
    super(AttachmentStore::reduce);
  }

  static UprobeAttachment reduce(UprobeAttachment attachment) {
    ObjectMeta from = attachment.getMetadata();
    ObjectMeta metadata = identity(attachment);
    metadata.setLabels(from.getLabels());
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
}
