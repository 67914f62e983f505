package dev.uprobe.language.yaml;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.Map;

/**
 * The metadata that users write.
 *
 * <p>Fields that the API server adds are accepted and ignored.
 */
@JsonIgnoreProperties({
  "creationTimestamp",
  "deletionGracePeriodSeconds",
  "deletionTimestamp",
  "finalizers",
  "generateName",
  "generation",
  "managedFields",
  "ownerReferences",
  "resourceVersion",
  "selfLink",
  "uid"
})
public record TraceMetadata(
    String name, String namespace, Map<String, String> labels, Map<String, String> annotations) {

  public TraceMetadata {
    labels = labels == null ? Map.of() : Map.copyOf(labels);
    annotations = annotations == null ? Map.of() : Map.copyOf(annotations);
  }
}
