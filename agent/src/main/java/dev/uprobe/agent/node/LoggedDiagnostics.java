package dev.uprobe.agent.node;

import dev.uprobe.agent.engine.Diagnostics;
import org.slf4j.Logger;

/** Writes diagnostics to the agent's log. */
record LoggedDiagnostics(Logger log) implements Diagnostics {

  @Override
  public void warn(String sentence) {
    log.warn(sentence);
  }

  @Override
  public void fail(String what, Throwable cause) {
    log.error("{}.", what, cause);
  }
}
