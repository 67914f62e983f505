package dev.uprobe.agent.elf;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Builds the ELF files that tests read. */
public record Toolchain(Path folder) {

  /** Compiles C source with gcc and returns the file. */
  public Path gcc(String name, String source, String... options)
      throws IOException, InterruptedException {
    Path input = folder.resolve(name + ".c");
    Files.writeString(input, source);
    List<String> command = new ArrayList<>(List.of("gcc", "-o", name, input.toString()));
    command.addAll(List.of(options));
    run(command.toArray(String[]::new));
    return folder.resolve(name);
  }

  /** Runs a command in the folder and returns what it prints; fails if the command does. */
  public String run(String... command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(String.join(" ", command) + " failed: " + output);
    }
    return output;
  }
}
