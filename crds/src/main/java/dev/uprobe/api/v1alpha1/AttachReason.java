package dev.uprobe.api.v1alpha1;

/**
 * Why a probe is not attached: the stable words of {@code reason} in reports of containers and
 * probes, and in a trace's failures.
 */
public enum AttachReason {
  /** It is under way, or waits for a process; every other one is a failure. */
  ATTACHING("Attaching"),
  SYMBOL_NOT_FOUND("SymbolNotFound"),
  /** No file of that path, and no library of that name. */
  FILE_NOT_FOUND("FileNotFound"),
  PROCESS_NOT_FOUND("ProcessNotFound"),
  /** The file, or what the function begins with, is nothing that this probe can be put on. */
  NOT_SUPPORTED("NotSupported"),
  /** The node's kernel attaches uprobes only with CAP_SYS_ADMIN, which its agent does not have. */
  MISSING_CAPABILITY("MissingCapability"),
  /** The operator has not signed the attachment as it is, so nothing of it is carried out. */
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
