package dev.uprobe.agent.trace;

import dev.uprobe.agent.attach.AttachedProbe.Site;
import dev.uprobe.agent.elf.DebugFiles;
import dev.uprobe.agent.elf.ElfFile;
import dev.uprobe.agent.elf.Function;
import dev.uprobe.agent.elf.FunctionTable;
import dev.uprobe.agent.elf.Machine;
import dev.uprobe.agent.elf.Unwinding;
import dev.uprobe.agent.target.IfuncResolution;
import dev.uprobe.agent.target.IfuncResolver;
import dev.uprobe.agent.target.TargetException;
import dev.uprobe.agent.target.TargetFile;
import dev.uprobe.plan.ProbePlan;
import dev.uprobe.plan.ProbeType;
import dev.uprobe.v1alpha1.AttachReason;
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
        List<Function> named = functions.find(probe.symbol());
        if (named.isEmpty()) {
          throw new TargetException(
              AttachReason.SYMBOL_NOT_FOUND, unknown(probe.symbol(), file, functions));
        }
        return sites(named, file);
      }
    }
  }

  private static void check(ElfFile elf, ProbePlan probe) throws IOException {
    if (!elf.machine().equals(Machine.ofHost())) {
      throw unsupported(
          elf,
          "is for "
              + elf.machine().displayName()
              + ", and this host is "
              + Machine.ofHost().displayName()
              + "; give a file that runs here");
    }
    if (probe.type() != ProbeType.ENTRY && isGo(elf)) {
      throw unsupported(
          elf,
          "is a Go program, whose stacks a return probe would corrupt; use type: Entry for probe "
              + probe.name());
    }
    if (probe.type() != ProbeType.ENTRY && Unwinding.mayPass(elf)) {
      throw unsupported(
          elf,
          "uses exceptions (C++) or panics (Rust), and one that passes a return probe ends the"
              + " program; use type: Entry for probe "
              + probe.name());
    }
  }

  private static TargetException unsupported(ElfFile elf, String problem) {
    return new TargetException(AttachReason.NOT_SUPPORTED, elf.name() + " " + problem);
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
    for (Function function : functions) {
      if (function.ifunc()) {
        IfuncResolution resolution = ifuncs.resolve(file, function);
        resolution.problem(function.name()).ifPresent(undecided::add);
        resolution
            .fileOffsets()
            .forEach(offset -> sites.putIfAbsent(offset, new Site(function.name(), offset)));
      } else {
        sites.putIfAbsent(function.fileOffset(), new Site(function.name(), function.fileOffset()));
      }
    }
    return new Found(List.copyOf(sites.values()), undecided.stream().findFirst());
  }
}
