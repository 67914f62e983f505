package dev.uprobe.bench.attach;

import dev.uprobe.agent.engine.link.AttachedProbe;
import dev.uprobe.agent.engine.link.ProbeSet;
import dev.uprobe.agent.engine.locate.ProbeSite;
import dev.uprobe.agent.engine.program.Selection;
import dev.uprobe.agent.sys.libbpf.BpfEnvironment;
import dev.uprobe.agent.sys.libbpf.BpfObject;
import dev.uprobe.agent.sys.libbpf.BpfProgram;
import dev.uprobe.agent.sys.libbpf.KernelFeatures;
import dev.uprobe.agent.sys.libc.Handle;
import dev.uprobe.agent.sys.libc.KernelException;
import dev.uprobe.bench.report.Row;
import dev.uprobe.bench.run.Place;
import dev.uprobe.bench.run.Plans;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** How long it takes to let go of one link a function, as on kernels before 6.6. */
final class SingleLinks {
  private static final int FUNCTIONS = 1_000;

  /** One by one, a thousand would take minutes. */
  private static final int ONE_BY_ONE = 100;

  private final Place place;

  SingleLinks(Place place) {
    this.place = place;
  }

  List<Row> measure() throws KernelException, IOException {
    BpfEnvironment environment = BpfEnvironment.load();
    double ours = ours(environment);
    double oneByOne = oneByOne(environment) * FUNCTIONS / ONE_BY_ONE;
    return List.of(
        Row.shown("detach from 1,000 functions, one link each", "%.2f s".formatted(ours)),
        Row.shown("the same one by one, from 100, times ten", "%.2f s".formatted(oneByOne)),
        Row.atLeast("one by one over ours", oneByOne / ours, 20, ""));
  }

  private double ours(BpfEnvironment environment) throws KernelException, IOException {
    Path program = place.program("many");
    KernelFeatures now = environment.features();
    KernelFeatures old = new KernelFeatures(false, now.attachCookie(), false, now.atomics());
    Selection all = new Selection(1, OptionalInt.empty(), Optional.empty(), Optional.empty());
    try (ProbeSet probes = new ProbeSet(environment, old, 1 << 20)) {
      AttachedProbe probe =
          probes.add("bench", Plans.first(Plans.trace("many", "name: many, symbol: \"f*\"")), all);
      probe.attach(program.toString(), AttachTimes.sites(program, FUNCTIONS));
      long start = System.nanoTime();
      probes.detach();
      return (System.nanoTime() - start) / 1e9;
    }
  }

  private double oneByOne(BpfEnvironment environment) throws KernelException, IOException {
    Path program = place.program("many");
    try (BpfObject object =
        BpfObject.open(environment, Files.readAllBytes(place.program("empty.bpf.o")))) {
      object.load();
      BpfProgram empty = object.program("on_entry");
      List<Handle> links = new ArrayList<>();
      for (ProbeSite site : AttachTimes.sites(program, ONE_BY_ONE)) {
        links.add(empty.attachUprobe(program.toString(), site.offset(), 0, 0, false));
      }
      long start = System.nanoTime();
      links.forEach(Handle::close);
      return (System.nanoTime() - start) / 1e9;
    }
  }
}
