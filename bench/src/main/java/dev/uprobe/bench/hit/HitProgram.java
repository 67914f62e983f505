package dev.uprobe.bench.hit;

import dev.uprobe.bench.run.Place;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;

/** The program of bench/programs/hit.c, which calls what it is told to, and times it. */
public final class HitProgram implements AutoCloseable {
  private final Process process;
  private final Writer commands;
  private final BufferedReader answers;

  private HitProgram(Process process) {
    this.process = process;
    this.commands = process.outputWriter(StandardCharsets.UTF_8);
    this.answers = process.inputReader(StandardCharsets.UTF_8);
  }

  /** Starts it on the first CPU. */
  public static HitProgram pinned(Place place) throws IOException {
    return new HitProgram(
        new ProcessBuilder("taskset", "-c", "0", place.program("hit").toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start());
  }

  /** Starts it on any CPU. */
  public static HitProgram anywhere(Place place) throws IOException {
    return new HitProgram(
        new ProcessBuilder(place.program("hit").toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start());
  }

  /** Calls a function so many times, and returns the nanoseconds that all of it took. */
  public long call(String function, long calls) throws IOException {
    commands.write(function + " " + calls + "\n");
    commands.flush();
    String answer = answers.readLine();
    if (answer == null) {
      throw new IOException("The traced program ended at " + function + ".");
    }
    return Long.parseLong(answer);
  }

  @Override
  public void close() {
    process.destroy();
  }
}
