package dev.uprobe.agent.cli;

/** A command failed for a reason that its user can mend; the message says how. */
final class CommandException extends Exception {
  private static final long serialVersionUID = 1L;

  CommandException(String message) {
    super(message);
  }
}
