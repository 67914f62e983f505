package dev.uprobe.bench.reader;

import dev.uprobe.bench.report.Row;
import dev.uprobe.bench.report.Samples;
import dev.uprobe.bench.run.Place;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** The agent's reader beside a C program that writes the same JSON with fprintf. */
public final class ReaderSpeed {
  private static final int C_ROUNDS = 600;

  private final Place place;
  private final int forks;

  /** Prepares to run each in turn so many times. */
  public ReaderSpeed(Place place, int forks) {
    this.place = place;
    this.forks = forks;
  }

  /** Measures. */
  public List<Row> measure() throws IOException, RunnerException {
    Path records = place.scratch().resolve("records");
    Files.write(records, Recording.records().array());
    List<Double> ours = new ArrayList<>();
    List<Double> theirs = new ArrayList<>();
    for (int i = 0; i < forks; i++) {
      theirs.add(c(records));
      ours.add(jmh());
    }
    return List.of(
        Row.shown("reader: records a second as JSON, one core", thousands(ours)),
        Row.shown("a C reader with fprintf", thousands(theirs)),
        Row.atLeast("ours over the C reader's", Samples.medianRatio(ours, theirs), 1, ""));
  }

  private static String thousands(List<Double> samples) {
    return "%,.0f".formatted(Samples.median(samples));
  }

  private double c(Path records) throws IOException {
    Process process =
        new ProcessBuilder(
                place.program("reader").toString(),
                records.toString(),
                Integer.toString(C_ROUNDS),
                "/dev/null")
            .start();
    try (BufferedReader answer = process.inputReader()) {
      return Double.parseDouble(answer.readLine());
    }
  }

  /** One thread, and a heap as small as the agent's. */
  private static double jmh() throws RunnerException {
    return new Runner(
            new OptionsBuilder()
                .include(ReaderBenchmark.class.getName())
                .forks(1)
                .warmupIterations(3)
                .warmupTime(TimeValue.seconds(2))
                .measurementIterations(3)
                .measurementTime(TimeValue.seconds(2))
                .jvmArgs("-XX:+UseSerialGC", "-Xmx64m")
                .verbosity(VerboseMode.SILENT)
                .build())
        .runSingle()
        .getPrimaryResult()
        .getScore();
  }
}
