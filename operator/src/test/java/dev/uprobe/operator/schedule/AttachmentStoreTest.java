package dev.uprobe.operator.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.uprobe.api.v1alpha1.UprobeAttachment;
import dev.uprobe.operator.Traces;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import java.util.List;
import org.junit.jupiter.api.Test;

class AttachmentStoreTest {

  @Test
  void anAttachmentIsKeptButForWhoManagesItsFields() {
    UprobeAttachment attachment = Attachments.of(Traces.of(Traces.SHOP_PODS), "a", 4);
    attachment.getMetadata().setUid("uid");
    attachment.getMetadata().setGeneration(2L);
    attachment.getMetadata().setResourceVersion("7");
    attachment.getMetadata().setCreationTimestamp("2026-01-01T00:00:00Z");
    attachment.getMetadata().setDeletionTimestamp("2026-01-01T00:00:01Z");
    attachment.getMetadata().setManagedFields(List.of(new ManagedFieldsEntry()));

    UprobeAttachment kept = AttachmentStore.reduce(attachment);

    attachment.getMetadata().setManagedFields(List.of());
    assertEquals(attachment, kept);
  }
}
