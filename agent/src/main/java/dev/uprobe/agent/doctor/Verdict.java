package dev.uprobe.agent.doctor;

/** How a check went. */
public enum Verdict {
  OK("ok"),

  /** Tracing works, with something less. */
  WARN("warn"),

  /** Tracing cannot work. */
  FAIL("FAIL");

  private final String text;

  Verdict(String text) {
    this.text = text;
  }

  /** Returns the word that a reader sees. */
  public String text() {
    return text;
  }
}
