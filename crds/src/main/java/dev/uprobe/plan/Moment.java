package dev.uprobe.plan;

import com.fasterxml.jackson.annotation.JsonProperty;

/** When a value is read. */
public enum Moment {
  /** When the function is entered. */
  @JsonProperty("entry")
  ENTRY,

  /** When it returns; from an address that it was given at its entry, or that it returns. */
  @JsonProperty("return")
  RETURN;

  /** Returns the moment at which a source can be read first. */
  static Moment of(Source source) {
    if (source instanceof Source.Memory memory) {
      return of(memory.from());
    }
    return source instanceof Source.ReturnValue || source instanceof Source.Duration
        ? RETURN
        : ENTRY;
  }
}
