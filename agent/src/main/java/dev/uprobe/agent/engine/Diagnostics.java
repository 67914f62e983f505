package dev.uprobe.agent.engine;

/** Takes what the user should know beside the events. */
@FunctionalInterface
public interface Diagnostics {

  /**
   * Shows a message.
   *
   * @param sentence that names the probe, file or process
   */
  void warn(String sentence);

  /**
   * Shows a fault of our own.
   *
   * @param what has failed, without a full stop
   */
  default void fail(String what, Throwable cause) {
    warn(what + ": " + cause + ".");
  }
}
