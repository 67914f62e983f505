package dev.uprobe.kube.signing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.uprobe.api.v1alpha1.UprobeAttachment;
import dev.uprobe.api.v1alpha1.UprobeAttachmentSpec;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.nio.charset.StandardCharsets;

/**
 * What of an attachment is signed.
 *
 * <p>The uid is the API server's own for each object: an attachment that was deleted and is created
 * again, in its old place or another, is not the one that was signed.
 */
record SignedContent(String namespace, String name, String uid, UprobeAttachmentSpec spec) {
  /** What the key signs besides would begin with something else. */
  private static final String KIND = "uprobe.dev/v1alpha1 UprobeAttachment\n";

  /** One text for one content: fields and keys of maps by their names. */
  private static final ObjectMapper CANONICAL =
      JsonMapper.builder()
          .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
          .disable(MapperFeature.SORT_CREATOR_PROPERTIES_FIRST)
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .build();

  static SignedContent of(UprobeAttachment attachment) {
    ObjectMeta metadata = attachment.getMetadata();
    return new SignedContent(
        metadata.getNamespace(), metadata.getName(), metadata.getUid(), attachment.getSpec());
  }

  byte[] bytes() {
    try {
      return (KIND + CANONICAL.writeValueAsString(this)).getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a spec has no JSON", e);
    }
  }
}
