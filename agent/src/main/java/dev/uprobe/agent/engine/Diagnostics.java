package dev.uprobe.agent.engine;

/** Where a trace tells its user what is going on, beside the events. */
@FunctionalInterface
public interface Diagnostics {

  /** Tells one sentence. */
  void tell(String sentence);
}
