package dev.uprobe.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** When a value is read. */
public enum CapturePoint {
  /** When the function is entered. */
  @JsonProperty("entry")
  ENTRY,

  /** When it returns; from an address that it was given at its entry, or that it returns. */
  @JsonProperty("return")
  RETURN
}
