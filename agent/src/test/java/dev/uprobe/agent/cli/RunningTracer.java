package dev.uprobe.agent.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** {@code uprobe-agent trace} in a process of its own, as users run it. */
final class RunningTracer implements AutoCloseable {
  private static final long MAX_SECONDS = 60;

  private final Process process;
  private final BlockingQueue<String> output = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> errors = new LinkedBlockingQueue<>();

  private RunningTracer(Process process) {
    this.process = process;
    read(process.inputReader(), output);
    read(process.errorReader(), errors);
  }

  /** Starts it, and waits until it is attached. */
  static RunningTracer start(String format, String... files)
      throws IOException, InterruptedException {
    return startUnder(List.of(), format, files);
  }

  /** Starts it as the last arguments of another command. */
  static RunningTracer startUnder(List<String> before, String format, String... files)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(before);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(List.of("trace", "--output", format));
    command.addAll(List.of(files));
    RunningTracer tracer = new RunningTracer(new ProcessBuilder(command).start());
    tracer.awaitNotice(each -> each.startsWith("Attached to "));
    return tracer;
  }

  private static void read(BufferedReader reader, BlockingQueue<String> lines) {
    Thread thread = new Thread(() -> readAll(reader, lines));
    thread.setDaemon(true);
    thread.start();
  }

  /** Reads to the end, which {@link #close} may bring at any moment. */
  private static void readAll(BufferedReader reader, BlockingQueue<String> lines) {
    try {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        lines.add(line);
      }
    } catch (IOException e) {
      lines.add("(closed)");
    }
  }

  /** Returns the lines of standard output up to the first that is wanted. */
  List<String> awaitLines(Predicate<String> wanted) throws InterruptedException {
    return await(output, wanted);
  }

  /** Returns the lines of standard error up to the first that is wanted. */
  List<String> awaitNotice(Predicate<String> wanted) throws InterruptedException {
    return await(errors, wanted);
  }

  private List<String> await(BlockingQueue<String> lines, Predicate<String> wanted)
      throws InterruptedException {
    List<String> taken = new ArrayList<>();
    while (true) {
      String line = lines.poll(MAX_SECONDS, TimeUnit.SECONDS);
      if (line == null) {
        throw new AssertionError("Not among " + taken + "; standard error: " + errors);
      }
      taken.add(line);
      if (wanted.test(line)) {
        return taken;
      }
    }
  }

  /** Sends a signal, such as INT. */
  void signal(String name) throws IOException, InterruptedException {
    // The shell's own kill: the program is in procps, which a small system may not have.
    String kill = "kill -" + name + " " + process.pid();
    if (new ProcessBuilder("sh", "-c", kill).inheritIO().start().waitFor() != 0) {
      throw new IOException(kill + " failed");
    }
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Waits for the end, and returns the exit status. */
  int exitStatus() throws InterruptedException {
    if (!process.waitFor(MAX_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("The tracer does not end.");
    }
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().join();
  }
}
