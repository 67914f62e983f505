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
 * The parts of an attachment that are signed.
 *
 * <p>The API server gives each object its own uid: an attachment that was deleted and created again
 * does not match the signature, whatever its name and namespace.
 */
record SignedContent(String namespace, String name, String uid, UprobeAttachmentSpec spec) {
  /** Anything else that the key may sign must begin with another prefix. */
  private static final String KIND = "uprobe.dev/v1alpha1 UprobeAttachment\n";

  /** Makes the text canonical: fields and map keys are sorted by name. */
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
