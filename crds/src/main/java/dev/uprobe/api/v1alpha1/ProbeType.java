package dev.uprobe.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** When a probe emits its event. */
public enum ProbeType {
  /** At the function's entry, with its arguments. */
  @JsonProperty("Entry")
  ENTRY("Entry"),

  /** At the function's return, with its return value. */
  @JsonProperty("Return")
  RETURN("Return"),

  /** At the function's return, with the arguments of its entry, the return value and duration. */
  @JsonProperty("Call")
  CALL("Call");

  private final String text;

  ProbeType(String text) {
    this.text = text;
  }

  /** Returns the name as YAML and JSON spell it. */
  public String text() {
    return text;
  }
}
