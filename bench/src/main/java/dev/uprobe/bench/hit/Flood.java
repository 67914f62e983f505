package dev.uprobe.bench.hit;

import dev.uprobe.bench.report.Row;
import dev.uprobe.bench.run.Place;
import dev.uprobe.bench.run.Plans;
import dev.uprobe.bench.run.ProcessUsage;
import dev.uprobe.bench.run.Tracer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What is lost, and what it costs the agent, when two threads call as fast as they can. */
public final class Flood {
  private final Place place;
  private final int callsPerThread;

  /** Prepares to call from each of two threads so many times. */
  public Flood(Place place, int callsPerThread) {
    this.place = place;
    this.callsPerThread = callsPerThread;
  }

  /** Measures, and returns the events lost and the agent's CPU for one event. */
  public List<Row> measure() throws IOException, InterruptedException {
    String trace =
        Plans.trace(
            "flood",
            "name: flood, binary: %s, symbol: hit_flood, limit: {eventsPerSecond: 0}, signature: \"long hit_flood(long first, long second)\""
                .formatted(place.program("hit")));
    try (Tracer agent = Tracer.agent(place, "flood", trace);
        HitProgram program = HitProgram.anywhere(place)) {
      program.call("flood", callsPerThread / 10);
      awaitQuiet(agent.output());
      long writtenBefore = lines(agent.output());
      ProcessUsage before = ProcessUsage.of(agent.pid());
      long calls = 2L * callsPerThread;
      double seconds = program.call("flood", callsPerThread) / 1e9;
      awaitQuiet(agent.output());
      ProcessUsage after = ProcessUsage.of(agent.pid());
      long written = lines(agent.output()) - writtenBefore;
      double cpu = (after.cpuSeconds() - before.cpuSeconds()) * 1e6 / Math.max(written, 1);
      return List.of(
          Row.shown("calls a second of two threads, traced", "%.0f".formatted(calls / seconds)),
          Row.atMost("events lost of %,d at that rate".formatted(calls), calls - written, 0, ""),
          Row.atMost("agent's CPU for a delivered event", cpu, 2, " us"),
          Row.atMost(
              "agent's resident memory after them",
              (double) after.residentBytes() / (1 << 20),
              128,
              " MiB"));
    }
  }

  /** Waits until the file has not grown for a while. */
  private static void awaitQuiet(Path output) throws IOException, InterruptedException {
    long size = -1;
    while (Files.size(output) != size) {
      size = Files.size(output);
      Thread.sleep(500);
    }
  }

  private static long lines(Path output) throws IOException {
    try (var lines = Files.lines(output)) {
      return lines.count();
    }
  }
}
