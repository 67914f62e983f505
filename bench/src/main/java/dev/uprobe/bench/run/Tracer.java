package dev.uprobe.bench.run;

import dev.uprobe.agent.sys.libc.Handle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A tracer that runs as a process of its own, and writes what it sees to a file. */
public final class Tracer implements Handle {
  private static final long PATIENCE_SECONDS = 60;

  private final Process process;
  private final Path output;
  private final Path messages;

  private Tracer(Process process, Path output, Path messages) {
    this.process = process;
    this.output = output;
    this.messages = messages;
  }

  /** Starts a tracer; its messages and its output go to files of their own. */
  public static Tracer start(
      Place place, String name, Map<String, String> environment, List<String> command)
      throws IOException {
    return start(place, name, environment, command, place.scratch().resolve(name + ".out"));
  }

  private static Tracer start(
      Place place, String name, Map<String, String> environment, List<String> command, Path output)
      throws IOException {
    Path messages = place.scratch().resolve(name + ".err");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectOutput(output.toFile())
            .redirectError(messages.toFile());
    builder.environment().putAll(environment);
    return new Tracer(builder.start(), output, messages);
  }

  /** Starts the agent with a trace, and waits until it is attached. */
  public static Tracer agent(Place place, String name, String yaml)
      throws IOException, InterruptedException {
    return agent(place, name, yaml, place.scratch().resolve(name + ".out"));
  }

  /**
   * Starts the agent with a trace, and waits until it is attached.
   *
   * @param output gets its events
   */
  public static Tracer agent(Place place, String name, String yaml, Path output)
      throws IOException, InterruptedException {
    Path trace = place.scratch().resolve(name + ".yaml");
    Files.writeString(trace, yaml);
    Tracer agent =
        start(
            place,
            name,
            Map.of(),
            List.of(place.agent().toString(), "trace", "--output", "json", trace.toString()),
            output);
    agent.awaitText("Attached to");
    return agent;
  }

  /**
   * Waits for a text in its messages or in its output.
   *
   * @throws IOException with the messages, when the tracer ends before, or takes too long
   */
  public void awaitText(String text) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!messages().contains(text) && !Files.readString(output).contains(text)) {
      if (!process.isAlive() || System.nanoTime() > deadline) {
        close();
        throw new IOException(messages().strip());
      }
      Thread.sleep(20);
    }
  }

  /** Returns what it has written of its state so far. */
  public String messages() throws IOException {
    return Files.readString(messages);
  }

  public Path output() {
    return output;
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** Ends it, and waits until it is gone. */
  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroy);
    process.destroy();
    try {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
