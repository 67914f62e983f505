package dev.uprobe.bench;

import dev.uprobe.bench.attach.AttachTimes;
import dev.uprobe.bench.cluster.ClusterTimes;
import dev.uprobe.bench.growth.Growth;
import dev.uprobe.bench.growth.SteadyMemory;
import dev.uprobe.bench.hit.Flood;
import dev.uprobe.bench.hit.HitCosts;
import dev.uprobe.bench.reader.ReaderSpeed;
import dev.uprobe.bench.report.Row;
import dev.uprobe.bench.report.Table;
import dev.uprobe.bench.run.Place;
import dev.uprobe.bench.scale.Scale;
import dev.uprobe.bench.start.AtRest;
import dev.uprobe.bench.start.StartTimes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs benchmarks, and prints their figures as a table. */
@Command(
    name = "bench/run.sh",
    description = "Measures what tracing costs; without PART all parts, one after the other.",
    mixinStandardHelpOptions = true)
public final class Main implements Callable<Integer> {
  @Parameters(
      paramLabel = "PART",
      description = "hits, flood, attach, start, rest, growth, scale, memory, reader.")
  private List<String> wanted = List.of();

  @Option(names = "--rounds", description = "How often each function is measured. Default: 100.")
  private int rounds = 100;

  @Option(
      names = "--minutes",
      description = "How long the agent's memory is looked at, under full load. Default: 10.")
  private int minutes = 10;

  @Option(
      names = "--nodes",
      split = ",",
      description = "The sizes of the simulated clusters. Default: 1,100,1000,5000.")
  private List<Integer> nodes = List.of(1, 100, 1_000, 5_000);

  @Option(names = "--repository", required = true, description = "The root of the project.")
  private Path repository;

  /** A part of the suite. */
  private interface Part {
    List<Row> measure() throws Exception;
  }

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new Main()).execute(arguments));
  }

  @Override
  public Integer call() throws Exception {
    Place place =
        new Place(repository.toAbsolutePath().normalize(), Files.createTempDirectory("bench"));
    Map<String, Part> parts = new LinkedHashMap<>();
    parts.put("hits", () -> new HitCosts(place, rounds).measure());
    parts.put("flood", () -> new Flood(place, 200_000).measure());
    parts.put("attach", () -> new AttachTimes(place, 5).measure());
    parts.put("start", () -> new StartTimes(place, 7).measure());
    parts.put("rest", () -> new AtRest(place, 30).measure());
    if (System.getenv("E2E_IMAGE_TAG") != null) {
      parts.put("cluster", () -> new ClusterTimes(10).measure());
    }
    parts.put("growth", () -> new Growth(place).measure());
    parts.put("scale", () -> new Scale(place, nodes).measure());
    parts.put("memory", () -> new SteadyMemory(place, minutes).measure());
    parts.put("reader", () -> new ReaderSpeed(place, 3).measure());
    if (!parts.keySet().containsAll(wanted)) {
      System.err.println("The parts are: " + String.join(", ", parts.keySet()) + ".");
      return 2;
    }
    List<Row> rows = new ArrayList<>();
    for (Map.Entry<String, Part> part : parts.entrySet()) {
      if (wanted.isEmpty() || wanted.contains(part.getKey())) {
        System.err.println("Measuring " + part.getKey() + " ...");
        rows.addAll(rows(part.getKey(), part.getValue()));
      }
    }
    System.out.print(Table.of(rows));
    return 0;
  }

  /** A part that fails does not take the figures of the others with it. */
  private static List<Row> rows(String name, Part part) throws InterruptedException {
    try {
      return part.measure();
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      return List.of(Row.shown(name, "not measured: " + e));
    }
  }
}
