package dev.uprobe.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How a probe sees functions return. */
public enum ReturnProbe {
  /** By their return instructions, but for functions that a uretprobe surely does not harm. */
  @JsonProperty("Auto")
  AUTO,

  /** By a return address of the kernel's on the stack: a uretprobe, whatever the function does. */
  @JsonProperty("Trampoline")
  TRAMPOLINE,

  /** By their return instructions, whatever the function does. */
  @JsonProperty("Instructions")
  INSTRUCTIONS
}
