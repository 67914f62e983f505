package dev.uprobe.agent.trace;

/** What came of putting a probe on one file. */
public sealed interface FileResult {

  /** The probe sits on at least one function. */
  record Attached() implements FileResult {}

  /**
   * No process has chosen the function's implementation yet; a later attempt may find it.
   *
   * @param reason a sentence without its full stop
   */
  record Undecided(String reason) implements FileResult {}

  /**
   * The probe does not fit this file, now or later.
   *
   * @param reason a sentence without its full stop, which names the file
   * @param details the words of libbpf and of the verifier; may be empty
   */
  record Failed(String reason, String details) implements FileResult {}
}
