package dev.uprobe.bench.start;

import dev.uprobe.bench.report.Row;
import dev.uprobe.bench.run.Place;
import dev.uprobe.bench.run.Plans;
import dev.uprobe.bench.run.ProcessUsage;
import dev.uprobe.bench.run.Tracer;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What an agent with ten traces uses while nothing fires. */
public final class AtRest {
  private static final int TRACES = 10;

  private final Place place;
  private final int seconds;

  /** Prepares to look at the agent for so long. */
  public AtRest(Place place, int seconds) {
    this.place = place;
    this.seconds = seconds;
  }

  /** Measures. */
  public List<Row> measure() throws IOException, InterruptedException {
    String traces =
        IntStream.rangeClosed(1, TRACES)
            .mapToObj(
                i ->
                    Plans.trace(
                        "rest-" + i,
                        "name: f, binary: %s, symbol: f%d, type: Call, signature: \"int f(int a)\""
                            .formatted(place.program("many"), i)))
            .collect(Collectors.joining("---\n"));
    try (Tracer agent = Tracer.agent(place, "rest", traces)) {
      Thread.sleep(5_000);
      ProcessUsage before = ProcessUsage.of(agent.pid());
      Thread.sleep(seconds * 1_000L);
      ProcessUsage after = ProcessUsage.of(agent.pid());
      double percent = (after.cpuSeconds() - before.cpuSeconds()) / seconds * 100;
      return List.of(
          Row.atMost("agent's CPU while nothing fires, of a core", percent, 0.5, " %"),
          Row.atMost(
              "agent's resident memory with ten traces",
              (double) after.residentBytes() / (1 << 20),
              128,
              " MiB"));
    }
  }
}
