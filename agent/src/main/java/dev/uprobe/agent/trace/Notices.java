package dev.uprobe.agent.trace;

/** Where a trace tells its user what is going on, beside the events. */
@FunctionalInterface
public interface Notices {

  /** Tells one sentence. */
  void tell(String sentence);
}
