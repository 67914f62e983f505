package dev.uprobe.agent.process.files;

import dev.uprobe.api.v1alpha1.AttachReason;
import java.io.IOException;

/** A target that a probe cannot be put on; the message says what to do. */
public final class TargetException extends IOException {
  private static final long serialVersionUID = 1L;

  private final AttachReason reason;

  /** For what has no reason of its own. */
  public TargetException(String message) {
    this(AttachReason.ATTACH_FAILED, message);
  }

  public TargetException(AttachReason reason, String message) {
    super(message);
    this.reason = reason;
  }

  public AttachReason reason() {
    return reason;
  }
}
