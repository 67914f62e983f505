package dev.uprobe.bench.start;

import dev.uprobe.bench.report.Row;
import dev.uprobe.bench.report.Samples;
import dev.uprobe.bench.run.Place;
import dev.uprobe.bench.run.Plans;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How long it takes from a tracer's start to the first call that it shows. */
public final class StartTimes {
  private final Place place;
  private final int rounds;

  /** Prepares to start each tracer so many times. */
  public StartTimes(Place place, int rounds) {
    this.place = place;
    this.rounds = rounds;
  }

  /** Measures ours and bpftrace in turn. */
  public List<Row> measure() throws IOException {
    Path ticker = place.program("ticker");
    Path trace = place.scratch().resolve("start.yaml");
    Files.writeString(
        trace,
        Plans.trace(
            "start",
            "name: tick, binary: %s, symbol: tick, signature: \"void tick(long milliseconds, long microseconds)\""
                .formatted(ticker)));
    List<String> agent =
        List.of(place.agent().toString(), "trace", "--output", "json", trace.toString());
    List<String> bpftrace =
        List.of(
            "bpftrace",
            "-B",
            "line",
            "-e",
            "uprobe:%s:tick { printf(\"{ tick %%ld\\n\", arg0); }".formatted(ticker));
    List<Double> ours = new ArrayList<>();
    List<Double> theirs = new ArrayList<>();
    Process running = new ProcessBuilder(ticker.toString()).start();
    try {
      for (int round = 0; round < rounds; round++) {
        ours.add(untilFirstEvent(agent));
        theirs.add(untilFirstEvent(bpftrace));
      }
    } finally {
      running.destroy();
    }
    return List.of(
        Row.shown("uprobe-agent trace: from start to the first event", seconds(ours)),
        Row.shown("bpftrace: from start to the first event", seconds(theirs)),
        Row.atMost("ours over bpftrace's", Samples.medianRatio(ours, theirs), 1, ""));
  }

  private static String seconds(List<Double> samples) {
    return "%.2f s".formatted(Samples.median(samples));
  }

  private static double untilFirstEvent(List<String> command) throws IOException {
    long start = System.nanoTime();
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    try (BufferedReader lines = process.inputReader()) {
      String line = lines.readLine();
      while (line != null && !line.startsWith("{")) {
        line = lines.readLine();
      }
      if (line == null) {
        throw new IOException(command.get(0) + " ended before it showed a call.");
      }
      return (System.nanoTime() - start) / 1e9;
    } finally {
      process.descendants().forEach(ProcessHandle::destroy);
      process.destroy();
    }
  }
}
