package dev.uprobe.agent.cli;

import java.lang.reflect.Proxy;

/**
 * Signals, which the JDK offers nowhere but in {@code sun.misc.Signal} (module jdk.unsupported).
 *
 * <p>By reflection, for javac warns of any other use of it, and no option silences that.
 */
final class Signals {
  private Signals() {}

  /** Calls the action on Ctrl-C, and when the process is told to end. */
  static void onStop(Runnable action) {
    on("INT", action);
    on("TERM", action);
    on("HUP", action);
  }

  /** Calls the action on SIGUSR1. */
  static void onSummary(Runnable action) {
    on("USR1", action);
  }

  private static void on(String name, Runnable action) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object calls =
          Proxy.newProxyInstance(
              handler.getClassLoader(),
              new Class<?>[] {handler},
              (proxy, method, arguments) -> {
                action.run();
                return null;
              });
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance(name), calls);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("This Java cannot handle SIG" + name + ".", e);
    }
  }
}
