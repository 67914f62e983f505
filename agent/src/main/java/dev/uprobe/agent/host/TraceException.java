package dev.uprobe.agent.host;

/** A trace cannot run; the message is one sentence that says what to do. */
public final class TraceException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String details;

  TraceException(String message) {
    this(message, "");
  }

  TraceException(String message, String details) {
    super(message);
    this.details = details;
  }

  /** Returns the words of libbpf and of the verifier; may be empty. */
  public String details() {
    return details;
  }
}
