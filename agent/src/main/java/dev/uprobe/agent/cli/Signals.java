package dev.uprobe.agent.cli;

import java.util.List;
import sun.misc.Signal;

/** Signals, which the JDK offers nowhere but in {@code sun.misc} (module jdk.unsupported). */
@SuppressWarnings("sunapi")
final class Signals {
  private Signals() {}

  /** Calls the action on Ctrl-C, and when the process is told to end. */
  static void onStop(Runnable action) {
    List.of("INT", "TERM", "HUP")
        .forEach(each -> Signal.handle(new Signal(each), s -> action.run()));
  }

  /** Calls the action on SIGUSR1. */
  static void onSummary(Runnable action) {
    Signal.handle(new Signal("USR1"), signal -> action.run());
  }
}
