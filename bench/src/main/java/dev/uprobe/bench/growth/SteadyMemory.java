package dev.uprobe.bench.growth;

import dev.uprobe.bench.hit.HitProgram;
import dev.uprobe.bench.report.Row;
import dev.uprobe.bench.run.Place;
import dev.uprobe.bench.run.Plans;
import dev.uprobe.bench.run.ProcessUsage;
import dev.uprobe.bench.run.Tracer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The agent's memory while two threads call as fast as they can. */
public final class SteadyMemory {
  private static final int CALLS = 200_000;
  private static final double MEGABYTE = 1 << 20;

  private final Place place;
  private final Duration time;

  /** Prepares to look for so long. */
  public SteadyMemory(Place place, int minutes) {
    this.place = place;
    this.time = Duration.ofMinutes(minutes);
  }

  /** Measures; events go where they take no room, for they are gigabytes. */
  public List<Row> measure() throws IOException, InterruptedException {
    String trace =
        Plans.trace(
            "memory",
            "name: flood, binary: %s, symbol: hit_flood, limit: {eventsPerSecond: 0}, signature: \"long hit_flood(long first, long second)\""
                .formatted(place.program("hit")));
    try (Tracer agent = Tracer.agent(place, "memory", trace, Path.of("/dev/null"));
        HitProgram program = HitProgram.anywhere(place)) {
      long start = System.nanoTime();
      long most = 0;
      long mostEarly = 0;
      long calls = 0;
      for (double part = 0;
          part < 1;
          part = (System.nanoTime() - start) / (double) time.toNanos()) {
        program.call("flood", CALLS);
        calls += 2 * CALLS;
        most = Math.max(most, ProcessUsage.of(agent.pid()).residentBytes());
        if (part < 0.5) {
          mostEarly = most;
        }
      }
      return List.of(
          Row.atMost(
              "agent's memory at most, in %d minutes and %,d events"
                  .formatted(time.toMinutes(), calls),
              most / MEGABYTE,
              128,
              " MiB"),
          Row.atMost(
              "the same, over the most of the first half", (double) most / mostEarly, 1.05, ""));
    }
  }
}
