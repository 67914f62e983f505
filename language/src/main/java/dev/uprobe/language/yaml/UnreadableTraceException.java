package dev.uprobe.language.yaml;

/** A file without a readable trace; the message names file, line and column. */
public final class UnreadableTraceException extends Exception {
  private static final long serialVersionUID = 1L;

  UnreadableTraceException(String source, String reason) {
    super(source + ": " + reason);
  }

  UnreadableTraceException(String source, Position position, String reason) {
    super(source + ":" + position + ": " + reason);
  }
}
