package dev.uprobe.language.yaml;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.uprobe.api.v1alpha1.UprobeTraceSpec;

/**
 * A UprobeTrace in a file.
 *
 * <p>{@code status} is accepted and ignored, so that the output of {@code kubectl get -o yaml} is a
 * trace again. It is not {@link dev.uprobe.api.v1alpha1.UprobeTrace}, so that reading a file loads
 * none of the Kubernetes client.
 */
@JsonIgnoreProperties("status")
public record TraceManifest(
    String apiVersion, String kind, TraceMetadata metadata, UprobeTraceSpec spec) {
  public static final String API_VERSION = "uprobe.dev/v1alpha1";
  public static final String KIND = "UprobeTrace";
}
