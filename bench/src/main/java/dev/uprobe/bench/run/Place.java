package dev.uprobe.bench.run;

import java.nio.file.Path;

/**
 * Where the benchmark's files are.
 *
 * @param repository the root of the project, built
 * @param scratch for what is written while it runs
 */
public record Place(Path repository, Path scratch) {

  /** Returns one of the programs of bench/programs. */
  public Path program(String name) {
    return repository.resolve("bench/target/programs").resolve(name);
  }

  /** Returns the agent's command. */
  public Path agent() {
    return repository.resolve("bin/uprobe-agent");
  }
}
