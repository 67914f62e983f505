package dev.uprobe.bench.hit;

import dev.uprobe.agent.engine.link.ProbeSet;
import dev.uprobe.agent.engine.locate.ProbeSite;
import dev.uprobe.agent.engine.program.KernelOffsets;
import dev.uprobe.agent.engine.program.Selection;
import dev.uprobe.agent.sys.libbpf.BpfEnvironment;
import dev.uprobe.agent.sys.libbpf.BpfNumberSet;
import dev.uprobe.agent.sys.libc.HandleStack;
import dev.uprobe.agent.sys.libc.KernelException;
import dev.uprobe.bench.report.Row;
import dev.uprobe.bench.report.Samples;
import dev.uprobe.bench.run.Place;
import dev.uprobe.bench.run.Plans;
import dev.uprobe.bench.run.Tracer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What one hit costs the traced program, for each way of tracing.
 *
 * <p>All tracers are attached all the time, each to a function of its own; the program calls the
 * functions in turn, so every round measures all of them side by side.
 */
public final class HitCosts {
  /** Functions that are always measured, beside those of the rivals that are there. */
  private static final List<String> OURS =
      List.of("none", "empty", "ints", "text", "rejected", "unselected", "pair", "call");

  private static final int CALLS = 2_000;
  private static final int WARM_UP = 5;

  /** Long enough for every reader to write what a round has left. */
  private static final long PAUSE_MILLIS = 25;

  private static final String TRACE =
      """
      apiVersion: uprobe.dev/v1alpha1
      kind: UprobeTrace
      metadata: {name: bench}
      spec:
        target: {host: {}}
        probes:
        - {name: ints, binary: BINARY, symbol: hit_ints, signature: "long hit_ints(long first, long second)", limit: {eventsPerSecond: 0}}
        - {name: text, binary: BINARY, symbol: hit_text, args: [{name: first, type: string, size: 32}], limit: {eventsPerSecond: 0}}
        - {name: rejected, binary: BINARY, symbol: hit_rejected, signature: "long hit_rejected(long first, long second)", where: [first != 7], limit: {eventsPerSecond: 0}}
        - {name: call, binary: BINARY, symbol: hit_call, type: Call, signature: "long hit_call(long first, long second)", limit: {eventsPerSecond: 0}}
      """;

  private final Place place;
  private final int rounds;

  /** Prepares to measure each function in so many rounds. */
  public HitCosts(Place place, int rounds) {
    this.place = place;
    this.rounds = rounds;
  }

  /** Measures, and returns what every way costs over the empty probe. */
  public List<Row> measure() throws KernelException, IOException, InterruptedException {
    BpfEnvironment environment = BpfEnvironment.load();
    Path program = place.program("hit");
    try (HandleStack attached = new HandleStack()) {
      Rivals rivals = attached.push(Rivals.start(place, program));
      EmptyProbe empty = attached.push(new EmptyProbe(environment, place));
      empty.attach(program, "hit_empty", false);
      empty.attach(program, "hit_pair", false);
      empty.attach(program, "hit_pair", true);
      attached.push(Tracer.agent(place, "hits", trace(program)));
      attachUnselected(environment, program, attached);
      List<String> functions = new ArrayList<>(OURS);
      functions.addAll(rivals.attached());
      return rows(rounds(functions), rivals);
    }
  }

  private static String trace(Path program) {
    return TRACE.replace("BINARY", program.toString());
  }

  /** A probe of a container in which the program is not. */
  private static void attachUnselected(
      BpfEnvironment environment, Path program, HandleStack attached)
      throws KernelException, IOException {
    ProbeSet probes = attached.push(new ProbeSet(environment, 1 << 20));
    BpfNumberSet none = attached.push(new BpfNumberSet(environment, "none", 16));
    Selection selection =
        new Selection(
            1,
            OptionalInt.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.of(new Selection.Containers(none, KernelOffsets.find(environment))));
    String function = "hit_unselected";
    probes
        .add("bench", Plans.first(trace(program)), selection)
        .attach(
            program.toString(),
            List.of(new ProbeSite(function, EmptyProbe.offset(program, function))));
  }

  private Map<String, List<Double>> rounds(List<String> functions)
      throws IOException, InterruptedException {
    Map<String, List<Double>> nanos = new LinkedHashMap<>();
    functions.forEach(each -> nanos.put(each, new ArrayList<>()));
    try (HitProgram program = HitProgram.pinned(place)) {
      for (int round = -WARM_UP; round < rounds; round++) {
        for (String function : functions) {
          double each = (double) program.call(function, CALLS) / CALLS;
          if (round >= 0) {
            nanos.get(function).add(each);
          }
          Thread.sleep(PAUSE_MILLIS);
        }
      }
    }
    return nanos;
  }

  private static List<Row> rows(Map<String, List<Double>> nanos, Rivals rivals) {
    List<Double> empty = nanos.get("empty");
    List<Row> rows = new ArrayList<>();
    rows.add(Row.shown("a call without a probe", microseconds(nanos.get("none"))));
    rows.add(Row.shown("a hit of an empty entry probe", microseconds(empty)));
    rows.add(
        Row.shown("a call with an empty entry and return probe", microseconds(nanos.get("pair"))));
    rows.add(over(nanos, "Entry, two integers, as JSON; over empty", "ints", empty, 1.10));
    rows.add(over(nanos, "Entry, a 32-byte string, as JSON; over empty", "text", empty, 1.20));
    rows.add(over(nanos, "a hit that `where` rejects; over empty", "rejected", empty, 1.05));
    rows.add(
        over(nanos, "a hit in a container not selected; over empty", "unselected", empty, 1.05));
    rows.add(
        over(
            nanos,
            "Call, arguments, return value, duration; over empty entry and return",
            "call",
            nanos.get("pair"),
            1.10));
    for (String rival : rivals.attached()) {
      rows.add(
          Row.atLeast(
              rival + ", same probe and output; over ours",
              Samples.medianRatio(nanos.get(rival), nanos.get("ints")),
              1.2,
              ""));
    }
    rivals.missing().forEach((name, why) -> rows.add(Row.shown(name, "not measured: " + why)));
    return rows;
  }

  private static Row over(
      Map<String, List<Double>> nanos,
      String what,
      String function,
      List<Double> floor,
      double limit) {
    return Row.atMost(what, Samples.medianRatio(nanos.get(function), floor), limit, "");
  }

  private static String microseconds(List<Double> nanos) {
    return "%.2f us".formatted(Samples.median(nanos) / 1000);
  }
}
