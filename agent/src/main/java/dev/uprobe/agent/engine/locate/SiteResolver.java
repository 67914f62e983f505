package dev.uprobe.agent.engine.locate;

import dev.uprobe.agent.binary.elf.DebugFiles;
import dev.uprobe.agent.binary.elf.ElfFile;
import dev.uprobe.agent.binary.elf.Function;
import dev.uprobe.agent.binary.elf.Machine;
import dev.uprobe.agent.binary.functions.FunctionTable;
import dev.uprobe.agent.binary.functions.UnknownFunction;
import dev.uprobe.agent.process.files.TargetException;
import dev.uprobe.agent.process.files.TargetFile;
import dev.uprobe.agent.process.ifunc.IfuncResolver;
import dev.uprobe.api.v1alpha1.AttachReason;
import dev.uprobe.api.v1alpha1.ProbeType;
import dev.uprobe.language.plan.AttachPoint;
import dev.uprobe.language.plan.ProbePlan;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds where in a file a probe has to sit. */
public final class SiteResolver {
  private final IfuncResolver ifuncs;

  public SiteResolver(IfuncResolver ifuncs) {
    this.ifuncs = ifuncs;
  }

  /**
   * Finds the functions that a probe names.
   *
   * @param file its pids are asked which implementation of an ifunc they call
   * @throws IOException with a sentence that names the file, and the nearest names where it has no
   *     such function
   */
  public ResolvedSites find(ProbePlan probe, TargetFile file) throws IOException {
    try (ElfFile elf = ElfFile.open(file.path(), file.displayPath())) {
      check(elf);
      DebugFiles debugFiles = DebugFiles.of(file.tree(), file.displayPath());
      try (FunctionTable functions = FunctionTable.of(elf, debugFiles)) {
        Optional<GoCode> go = GoCode.of(elf);
        ProbedCode code = new ProbedCode(elf, functions);
        FunctionResolver sites =
            new FunctionResolver(
                probe, file, elf, code, ifuncs, new FunctionReturns(elf, code), go);
        AttachPoint place = probe.place();
        if (place instanceof AttachPoint.Functions named) {
          return sites(named, functions, file, sites);
        }
        if (place instanceof AttachPoint.Address address) {
          return site(address, elf, functions, sites);
        }
        return new UsdtResolver(elf, code, probe).find((AttachPoint.Usdt) place);
      }
    }
  }

  private static ResolvedSites sites(
      AttachPoint.Functions place, FunctionTable functions, TargetFile file, FunctionResolver sites)
      throws IOException {
    List<Function> named = new ArrayList<>();
    for (String name : place.names()) {
      List<Function> found = find(name, functions, sites.go());
      if (found.isEmpty()) {
        throw new TargetException(
            AttachReason.SYMBOL_NOT_FOUND, unknown(name, file, functions, sites.go()));
      }
      named.addAll(found);
    }
    if (place.offset() == 0) {
      return sites.of(named);
    }
    ProbeSite site = OffsetResolver.of(named, place.offset(), file.displayPath());
    sites.code().check(named.get(0).address() + place.offset(), site.name());
    sites.checkConvention(named.get(0));
    return ResolvedSites.of(site);
  }

  private static ResolvedSites site(
      AttachPoint.Address place, ElfFile elf, FunctionTable functions, FunctionResolver sites)
      throws IOException {
    long address = place.address();
    Optional<Function> ofGo =
        sites.go().isPresent() ? sites.go().get().at(address) : Optional.empty();
    Optional<Function> function = ofGo.isPresent() ? ofGo : functions.at(address);
    ProbeSite site = new AddressResolver(elf, function).find(address, sites.probe().type());
    sites.code().check(address, site.name());
    if (function.isEmpty()) {
      return ResolvedSites.of(site);
    }
    sites.checkConvention(function.get());
    return sites.probe().type() != ProbeType.ENTRY
        ? sites.of(List.of(function.get()))
        : ResolvedSites.of(site);
  }

  /** Go's own table has the names as its users know them, and is there in every program. */
  private static List<Function> find(String name, FunctionTable functions, Optional<GoCode> go)
      throws IOException {
    List<Function> found = go.isPresent() ? go.get().find(name) : List.of();
    return found.isEmpty() ? functions.find(name) : found;
  }

  private static void check(ElfFile elf) throws IOException {
    if (!elf.machine().equals(Machine.ofHost())) {
      throw unsupported(
          elf,
          "is for "
              + elf.machine().displayName()
              + ", and this host is "
              + Machine.ofHost().displayName()
              + "; give a file that runs here");
    }
  }

  private static TargetException unsupported(ElfFile elf, String problem) {
    return new TargetException(AttachReason.NOT_SUPPORTED, elf.name() + " " + problem);
  }

  private static String unknown(
      String symbol, TargetFile file, FunctionTable functions, Optional<GoCode> go)
      throws IOException {
    List<String> ofGo = go.isPresent() ? go.get().nearest(symbol) : List.of();
    List<String> nearest = ofGo.isEmpty() ? functions.nearest(symbol) : ofGo;
    return UnknownFunction.describe(file.displayPath(), symbol, functions, nearest);
  }
}
