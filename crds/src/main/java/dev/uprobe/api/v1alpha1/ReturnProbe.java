package dev.uprobe.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How a probe detects that a function returns. */
public enum ReturnProbe {
  /** A uretprobe if it is known to be safe for the function, else its return instructions. */
  @JsonProperty("Auto")
  AUTO,

  /** Always a uretprobe, which replaces the return address on the stack. */
  @JsonProperty("Trampoline")
  TRAMPOLINE,

  /** Always the return instructions. */
  @JsonProperty("Instructions")
  INSTRUCTIONS
}
