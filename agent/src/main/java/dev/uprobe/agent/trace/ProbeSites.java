package dev.uprobe.agent.trace;

import dev.uprobe.agent.attach.AttachedProbe.Site;
import dev.uprobe.agent.elf.DebugFiles;
import dev.uprobe.agent.elf.ElfException;
import dev.uprobe.agent.elf.ElfFile;
import dev.uprobe.agent.elf.Function;
import dev.uprobe.agent.elf.FunctionTable;
import dev.uprobe.agent.elf.Machine;
import dev.uprobe.agent.elf.Unwinding;
import dev.uprobe.agent.target.IfuncResolution;
import dev.uprobe.agent.target.IfuncResolver;
import dev.uprobe.agent.target.TargetException;
import dev.uprobe.agent.target.TargetFile;
import dev.uprobe.plan.Place;
import dev.uprobe.plan.ProbePlan;
import dev.uprobe.plan.ProbeType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds where in a file a probe has to sit. */
public final class ProbeSites {
  private final IfuncResolver ifuncs;

  public ProbeSites(IfuncResolver ifuncs) {
    this.ifuncs = ifuncs;
  }

  /**
   * What was found.
   *
   * @param sites distinct by their offset
   * @param undecided why some function has no site yet: an ifunc that no process has called
   */
  public record Found(List<Site> sites, Optional<String> undecided) {}

  /**
   * Finds the functions that a probe names.
   *
   * @param file its pids are asked which implementation of an ifunc they call
   * @throws IOException with a sentence that names the file, and the nearest names where it has no
   *     such function
   */
  public Found find(ProbePlan probe, TargetFile file) throws IOException {
    try (ElfFile elf = ElfFile.open(file.path(), file.displayPath())) {
      check(elf, probe);
      DebugFiles debugFiles = DebugFiles.of(file.tree(), file.displayPath());
      try (FunctionTable functions = FunctionTable.of(elf, debugFiles)) {
        Place place = probe.place();
        if (place instanceof Place.Functions named) {
          return sites(named, functions, file);
        }
        if (place instanceof Place.Address address) {
          Site site = new AddressSite(elf, functions).find(address.address(), probe.type());
          return new Found(List.of(site), Optional.empty());
        }
        throw new TargetException(
            file.displayPath() + " has no place " + place.text() + " that this agent can probe");
      }
    }
  }

  private Found sites(Place.Functions place, FunctionTable functions, TargetFile file)
      throws IOException {
    List<Function> named = new ArrayList<>();
    for (String name : place.names()) {
      List<Function> found = functions.find(name);
      if (found.isEmpty()) {
        throw new TargetException(unknown(name, file, functions));
      }
      named.addAll(found);
    }
    return place.offset() == 0
        ? sites(named, file)
        : new Found(
            List.of(OffsetSite.of(named, place.offset(), file.displayPath())), Optional.empty());
  }

  private static void check(ElfFile elf, ProbePlan probe) throws IOException {
    if (!elf.machine().equals(Machine.ofHost())) {
      throw new ElfException(
          elf.name(),
          "is for "
              + elf.machine().displayName()
              + ", and this host is "
              + Machine.ofHost().displayName()
              + "; give a file that runs here");
    }
    if (probe.type() != ProbeType.ENTRY && isGo(elf)) {
      throw new ElfException(
          elf.name(),
          "is a Go program, whose stacks a return probe would corrupt; use type: Entry for probe "
              + probe.name());
    }
    if (probe.type() != ProbeType.ENTRY && Unwinding.mayPass(elf)) {
      throw new ElfException(
          elf.name(),
          "uses exceptions (C++) or panics (Rust), and one that passes a return probe ends the"
              + " program; use type: Entry for probe "
              + probe.name());
    }
  }

  private static boolean isGo(ElfFile elf) {
    return elf.sections().stream()
        .anyMatch(each -> each.name().equals(".gopclntab") || each.name().equals(".go.buildinfo"));
  }

  private static String unknown(String symbol, TargetFile file, FunctionTable functions)
      throws IOException {
    List<String> nearest = functions.nearest(symbol);
    return file.displayPath()
        + " has no function "
        + symbol
        + (nearest.isEmpty() ? "" : "; did you mean " + String.join(", ", nearest) + "?")
        + (nearest.isEmpty() ? ";" : "")
        + " `uprobe-agent symbols "
        + file.displayPath()
        + "` lists all";
  }

  private Found sites(List<Function> functions, TargetFile file) throws IOException {
    Map<Long, Site> sites = new LinkedHashMap<>();
    List<String> undecided = new ArrayList<>();
    SiteNames names = SiteNames.of(functions);
    for (Function function : functions) {
      String name = names.of(function);
      if (function.ifunc()) {
        IfuncResolution resolution = ifuncs.resolve(file, function);
        resolution.problem(name).ifPresent(undecided::add);
        resolution
            .fileOffsets()
            .forEach(offset -> sites.putIfAbsent(offset, new Site(name, offset)));
      } else {
        sites.putIfAbsent(function.fileOffset(), new Site(name, function.fileOffset()));
      }
    }
    return new Found(List.copyOf(sites.values()), undecided.stream().findFirst());
  }
}
