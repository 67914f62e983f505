package dev.uprobe.api.v1alpha1;

/**
 * Why a probe is not attached: the stable words of {@code reason} in reports of containers and
 * probes, and in a trace's failures.
 */
public enum AttachReason {
  /** In progress, or waiting for a process. Every other reason is a failure. */
  ATTACHING("Attaching"),
  SYMBOL_NOT_FOUND("SymbolNotFound"),
  /** No file of that path, and no library of that name. */
  FILE_NOT_FOUND("FileNotFound"),
  PROCESS_NOT_FOUND("ProcessNotFound"),
  /** The probe cannot be put on this file, or on the first instruction of this function. */
  NOT_SUPPORTED("NotSupported"),
  /** The node's kernel attaches uprobes only with CAP_SYS_ADMIN, which its agent does not have. */
  MISSING_CAPABILITY("MissingCapability"),
  /** The operator did not sign the attachment in its current form, so the agent ignores it. */
  NOT_SIGNED("NotSigned"),
  /** Anything else; the message says what. */
  ATTACH_FAILED("AttachFailed");

  private final String word;

  AttachReason(String word) {
    this.word = word;
  }

  /** Returns the word that users see. */
  public String word() {
    return word;
  }
}
