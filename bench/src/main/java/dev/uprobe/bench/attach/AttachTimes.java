package dev.uprobe.bench.attach;

import dev.uprobe.agent.binary.elf.ElfFile;
import dev.uprobe.agent.binary.elf.Function;
import dev.uprobe.agent.binary.functions.FunctionTable;
import dev.uprobe.agent.engine.link.AttachedProbe;
import dev.uprobe.agent.engine.link.ProbeSet;
import dev.uprobe.agent.engine.locate.ProbeSite;
import dev.uprobe.agent.engine.program.Selection;
import dev.uprobe.agent.sys.libbpf.BpfEnvironment;
import dev.uprobe.agent.sys.libc.KernelException;
import dev.uprobe.bench.report.Row;
import dev.uprobe.bench.report.Samples;
import dev.uprobe.bench.run.Place;
import dev.uprobe.bench.run.Plans;
import dev.uprobe.language.plan.ProbePlan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** How long it takes to attach to many functions of one running program, and to detach. */
public final class AttachTimes {
  private final Place place;
  private final int rounds;

  /** Prepares to attach a probe in so many rounds. */
  public AttachTimes(Place place, int rounds) {
    this.place = place;
    this.rounds = rounds;
  }

  /** Measures, for 1,000 and for 10,000 functions. */
  public List<Row> measure() throws KernelException, IOException {
    Process running = new ProcessBuilder(place.program("many").toString()).start();
    try {
      List<Row> rows = new ArrayList<>();
      rows.addAll(measure(1_000, 0.3));
      rows.addAll(measure(10_000, 1));
      rows.addAll(new SingleLinks(place).measure());
      return rows;
    } finally {
      running.destroy();
    }
  }

  private List<Row> measure(int functions, double limit) throws KernelException, IOException {
    Path program = place.program("many");
    List<Double> attaching = new ArrayList<>();
    List<Double> detaching = new ArrayList<>();
    BpfEnvironment environment = BpfEnvironment.load();
    ProbePlan plan = Plans.first(Plans.trace("many", "name: many, symbol: \"f*\""));
    for (int round = 0; round < rounds; round++) {
      try (ProbeSet probes = new ProbeSet(environment, 1 << 20)) {
        long start = System.nanoTime();
        List<ProbeSite> sites = sites(program, functions);
        AttachedProbe probe =
            probes.add(
                "bench",
                plan,
                new Selection(1, OptionalInt.empty(), Optional.empty(), Optional.empty()));
        probe.attach(program.toString(), sites);
        long attached = System.nanoTime();
        probes.detach();
        detaching.add((System.nanoTime() - attached) / 1e9);
        attaching.add((attached - start) / 1e9);
      }
    }
    return List.of(
        Row.atMost(
            "attach to %,d functions, symbols looked up".formatted(functions),
            Samples.median(attaching),
            limit,
            " s"),
        Row.atMost(
            "detach from %,d functions".formatted(functions),
            Samples.median(detaching),
            limit,
            " s"));
  }

  static List<ProbeSite> sites(Path program, int count) throws IOException {
    try (ElfFile elf = ElfFile.open(program, program.toString());
        FunctionTable functions = FunctionTable.of(elf)) {
      return functions.find("f[0-9]*").stream()
          .limit(count)
          .map((Function each) -> new ProbeSite(each.name(), each.fileOffset()))
          .toList();
    }
  }
}
