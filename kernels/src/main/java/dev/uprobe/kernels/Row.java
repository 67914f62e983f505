package dev.uprobe.kernels;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A row of the matrix: one kernel, started in one way.
 *
 * @param name as kernels/run.sh has it
 * @param standsFor distributions whose kernels have the same features, for which it stands
 * @param results a folder with what guests left behind, one folder a suite
 */
record Row(String name, String standsFor, Path results) {

  /** Returns all rows, in the matrix's order. */
  static List<Row> all(Path results) {
    return Stream.of(
            row(
                results,
                "amd64-5.10",
                "Debian 11; the least that Ubuntu 22.04 (5.15) and CentOS Stream 9 (5.14) can do"),
            row(results, "amd64-6.1", "Debian 12, Amazon Linux 2023"),
            row(
                results,
                "amd64-6.12",
                "Debian 13, CentOS Stream 10 (6.12), Ubuntu 24.04 (6.8), Ubuntu 22.04 HWE (6.8)"),
            row(
                results,
                "amd64-new-lazy",
                "Ubuntu 26.04 (7.0), Ubuntu 24.04 HWE (6.17), Debian testing"),
            row(results, "amd64-new-full", "the same, started with `preempt=full`"),
            row(results, "arm64-6.12", "Debian 13, CentOS Stream 10, Ubuntu 24.04 (6.8) on arm64"),
            row(results, "arm64-new", "Ubuntu 26.04 (7.0), Debian testing on arm64"))
        .toList();
  }

  private static Row row(Path results, String name, String standsFor) {
    return new Row(name, standsFor, results.resolve(name));
  }

  /** Says whether any suite was run. */
  boolean ran() throws IOException {
    return !suites().isEmpty();
  }

  /** Returns what a suite left behind; empty where it was not run. */
  Optional<Guest> guest(String suite) throws IOException {
    Path folder = results.resolve(suite);
    if (Files.exists(folder.resolve("kernel"))) {
      return Optional.of(new Guest(folder));
    }
    // The race is a part of the traces; its suite runs it alone.
    return suite.equals("race") ? guest("traces") : Optional.empty();
  }

  /** Returns the kernel's version, as its package has it; all of them where suites differ. */
  String kernel() throws IOException {
    StringBuilder versions = new StringBuilder();
    for (Path suite : suites()) {
      String version = Files.readString(suite.resolve("kernel")).strip();
      if (versions.indexOf(version) < 0) {
        versions.append(versions.isEmpty() ? "" : ", ").append(version);
      }
    }
    return versions.toString();
  }

  private List<Path> suites() throws IOException {
    if (!Files.isDirectory(results)) {
      return List.of();
    }
    try (Stream<Path> folders = Files.list(results)) {
      return folders
          .filter(each -> Files.exists(each.resolve("kernel")))
          .sorted()
          .collect(Collectors.toList());
    }
  }
}
