package dev.uprobe.agent.target;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A program that prints what it has to say, then waits until it is closed. */
record RunningProgram(Process process, List<String> lines) implements AutoCloseable {

  /** Starts a program and reads its output up to an empty line. */
  static RunningProgram start(Path program) throws IOException {
    Process process = new ProcessBuilder(program.toString()).start();
    List<String> lines = new ArrayList<>();
    BufferedReader output = process.inputReader();
    String line = output.readLine();
    while (line != null && !line.isEmpty()) {
      lines.add(line);
      line = output.readLine();
    }
    return new RunningProgram(process, lines);
  }

  int pid() {
    return (int) process.pid();
  }

  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().join();
  }
}
