package dev.uprobe.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** When a value is read. */
public enum CapturePoint {
  /** When the function is entered. */
  @JsonProperty("entry")
  ENTRY,

  /** When it returns, through an address that was an argument or that it returns. */
  @JsonProperty("return")
  RETURN
}
