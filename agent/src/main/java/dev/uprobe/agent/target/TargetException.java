package dev.uprobe.agent.target;

import java.io.IOException;

/** A target that does not exist on this host; the message says what to do. */
public final class TargetException extends IOException {
  private static final long serialVersionUID = 1L;

  public TargetException(String message) {
    super(message);
  }
}
