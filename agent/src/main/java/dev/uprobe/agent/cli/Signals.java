package dev.uprobe.agent.cli;

import dev.uprobe.agent.sys.libc.Libc;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Signals, which the JDK offers nowhere but in {@code sun.misc.Signal} (module jdk.unsupported).
 *
 * <p>By reflection, for javac warns of any other use of it, and no option silences that.
 */
final class Signals {
  private static final int INT = 2;
  private static final int TERM = 15;
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final String IGNORED = "SigIgn:";

  private Signals() {}

  /**
   * Makes SIGINT and SIGTERM end this process where it was started with them ignored, as a shell
   * starts background jobs; the JVM would never see them. SIGHUP stays ignored, as nohup wants it.
   */
  static void acceptStop(Libc libc) {
    long ignored = ignored();
    for (int signal : new int[] {INT, TERM}) {
      if ((ignored >>> signal - 1 & 1) != 0) {
        // SIG_DFL is a null pointer.
        libc.signal(signal, null);
      }
    }
  }

  private static long ignored() {
    try {
      return Files.readAllLines(STATUS).stream()
          .filter(line -> line.startsWith(IGNORED))
          .map(line -> line.substring(IGNORED.length()).strip())
          .mapToLong(mask -> Long.parseUnsignedLong(mask, 16))
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      // Without procfs nothing can be traced, which is said elsewhere.
      return 0;
    }
  }

  /** Calls the action on Ctrl-C, and when the process is told to end. */
  static void onStop(Runnable action) {
    onInterrupt(action);
    onEnd(action);
  }

  /** Calls the action on Ctrl-C. */
  static void onInterrupt(Runnable action) {
    on("INT", action);
  }

  /** Calls the action when the process is told to end, or its terminal is closed. */
  static void onEnd(Runnable action) {
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
    } catch (InvocationTargetException e) {
      if (!(e.getCause() instanceof IllegalArgumentException)) {
        throw new IllegalStateException("This Java cannot handle SIG" + name + ".", e);
      }
      // With -Xrs the JVM leaves a signal to its default action, which ends the process.
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("This Java cannot handle SIG" + name + ".", e);
    }
  }
}
