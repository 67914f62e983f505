package dev.uprobe.bench.growth;

import dev.uprobe.agent.sys.libbpf.BpfEnvironment;
import dev.uprobe.agent.sys.libc.HandleStack;
import dev.uprobe.agent.sys.libc.KernelException;
import dev.uprobe.bench.hit.EmptyProbe;
import dev.uprobe.bench.hit.HitProgram;
import dev.uprobe.bench.report.Row;
import dev.uprobe.bench.report.Samples;
import dev.uprobe.bench.run.Place;
import dev.uprobe.bench.run.Plans;
import dev.uprobe.bench.run.ProcessUsage;
import dev.uprobe.bench.run.Tracer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** How the time to attach, the cost of a hit and the agent's memory grow with what is traced. */
public final class Growth {
  private static final List<Integer> TRACES = List.of(1, 10, 100, 1_000);
  private static final List<Integer> CONTAINERS = List.of(1, 10, 100);
  private static final int ROUNDS = 40;
  private static final int CALLS = 2_000;

  private final Place place;

  public Growth(Place place) {
    this.place = place;
  }

  /**
   * What was seen at one size.
   *
   * @param seconds from the agent's start until all is attached
   * @param hit the cost of a hit, over that of an empty probe
   */
  private record Size(int count, double seconds, double hit, long bytes) {
    Row row(String what) {
      return Row.shown(
          "%,d %s".formatted(count, what),
          "%.2f s, %.3f x empty, %.0f MiB".formatted(seconds, hit, bytes / (double) (1 << 20)));
    }
  }

  /** Measures, with traces of other functions and with containers of one image. */
  public List<Row> measure() throws KernelException, IOException, InterruptedException {
    List<Size> traces = new ArrayList<>();
    for (int count : TRACES) {
      traces.add(size(count, 1, count));
    }
    List<Size> containers = new ArrayList<>();
    for (int count : CONTAINERS) {
      containers.add(size(1, count, count));
    }
    List<Row> rows = new ArrayList<>();
    traces.forEach(each -> rows.add(each.row("traces: start to attached, a hit, memory")));
    containers.forEach(
        each -> rows.add(each.row("containers of one image: start to attached, a hit, memory")));
    rows.addAll(growth("traces", traces));
    rows.addAll(growth("containers", containers));
    return rows;
  }

  private static List<Row> growth(String what, List<Size> sizes) {
    Size most = sizes.get(sizes.size() - 1);
    Size fewer = sizes.get(sizes.size() - 2);
    int times = most.count() / fewer.count();
    return List.of(
        Row.atMost(
            "time to attach with %,d %s, over %d times that with %,d"
                .formatted(most.count(), what, times, fewer.count()),
            most.seconds() / fewer.seconds() / times,
            1,
            ""),
        Row.atMost(
            "a hit with %,d %s, over one with 1".formatted(most.count(), what),
            most.hit() / sizes.get(0).hit(),
            1.05,
            ""));
  }

  private Size size(int traces, int containers, int count)
      throws KernelException, IOException, InterruptedException {
    try (HandleStack running = new HandleStack()) {
      EmptyProbe empty = running.push(new EmptyProbe(BpfEnvironment.load(), place));
      empty.attach(place.program("hit"), "hit_empty", false);
      for (int i = 1; i < containers; i++) {
        Process other = inNamespaceOfItsOwn();
        running.push(other::destroy);
      }
      long start = System.nanoTime();
      Tracer agent =
          running.push(Tracer.agent(place, "growth", yaml(traces), Path.of("/dev/null")));
      double seconds = (System.nanoTime() - start) / 1e9;
      double hit = hit();
      return new Size(count, seconds, hit, ProcessUsage.of(agent.pid()).residentBytes());
    }
  }

  /** A container, as far as a uprobe sees one: the same file, in another mount namespace. */
  private Process inNamespaceOfItsOwn() throws IOException {
    return new ProcessBuilder("unshare", "-m", place.program("hit").toString()).start();
  }

  private String yaml(int traces) {
    String measured =
        Plans.trace(
            "measured",
            "name: ints, binary: %s, symbol: hit_ints, limit: {eventsPerSecond: 0}, signature: \"long hit_ints(long first, long second)\""
                .formatted(place.program("hit")));
    String others =
        IntStream.range(1, traces)
            .mapToObj(
                i ->
                    "---\n"
                        + Plans.trace(
                            "other-" + i,
                            "name: f, binary: %s, symbol: f%d, signature: \"int f(int a)\""
                                .formatted(place.program("many"), i)))
            .collect(Collectors.joining());
    return measured + others;
  }

  private double hit() throws IOException, InterruptedException {
    List<Double> empty = new ArrayList<>();
    List<Double> traced = new ArrayList<>();
    try (HitProgram program = HitProgram.pinned(place)) {
      for (int i = 0; i < ROUNDS; i++) {
        empty.add((double) program.call("empty", CALLS));
        traced.add((double) program.call("ints", CALLS));
        Thread.sleep(25);
      }
    }
    return Samples.medianRatio(traced, empty);
  }
}
