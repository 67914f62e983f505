package dev.uprobe.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;

/**
 * What users write to trace functions.
 *
 * <p>{@code status} is accepted and ignored, so that the output of {@code kubectl get -o yaml} is a
 * trace again.
 */
@JsonIgnoreProperties("status")
public record UprobeTrace(
    String apiVersion, String kind, ObjectMeta metadata, UprobeTraceSpec spec) {
  public static final String API_VERSION = "uprobe.dev/v1alpha1";
  public static final String KIND = "UprobeTrace";
}
