package dev.uprobe.agent.trace;

import dev.uprobe.agent.attach.Returns;
import dev.uprobe.agent.attach.Site;
import dev.uprobe.agent.elf.ElfException;
import dev.uprobe.agent.elf.ElfFile;
import dev.uprobe.agent.elf.Function;
import dev.uprobe.agent.target.IfuncResolution;
import dev.uprobe.agent.target.IfuncResolver;
import dev.uprobe.agent.target.TargetFile;
import dev.uprobe.agent.trace.FunctionReturns.UnseenReturnException;
import dev.uprobe.plan.Convention;
import dev.uprobe.plan.ProbePlan;
import dev.uprobe.plan.ProbeType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Turns functions of a file into places to probe.
 *
 * @param elf the same file, opened
 * @param code what of it is probed
 * @param returns how to find return instructions
 * @param byInstruction whether uretprobes would break the file's functions
 * @param go the file's code of Go
 */
record FunctionSites(
    ProbePlan probe,
    TargetFile file,
    ElfFile elf,
    ProbedCode code,
    IfuncResolver ifuncs,
    FunctionReturns returns,
    boolean byInstruction,
    Optional<GoCode> go) {

  FoundSites of(List<Function> functions) throws IOException {
    Map<Long, Site> sites = new LinkedHashMap<>();
    List<String> undecided = new ArrayList<>();
    List<String> refused = new ArrayList<>();
    SiteNames names = SiteNames.of(functions);
    for (Function function : functions) {
      String name = names.of(function);
      if (function.ifunc() && seesReturns() && byInstruction) {
        refused.add(name + " is chosen at start (an ifunc)");
      } else if (function.ifunc()) {
        IfuncResolution resolution = ifuncs.resolve(file, function);
        resolution.problem(name).ifPresent(undecided::add);
        for (long offset : resolution.fileOffsets()) {
          Optional<String> problem = problemAtEntry(offset);
          problem.ifPresent(each -> refused.add(name + " begins " + each));
          if (problem.isEmpty()) {
            sites.putIfAbsent(offset, new Site(name, offset));
          }
        }
      } else {
        try {
          Site site = site(function, name);
          sites.putIfAbsent(site.offset(), site);
        } catch (UnseenReturnException e) {
          refused.add(e.getMessage());
        }
      }
    }
    return new FoundSites(List.copyOf(sites.values()), undecided.stream().findFirst(), refused);
  }

  private Site site(Function function, String name) throws IOException, UnseenReturnException {
    checkConvention(function);
    boolean isGo = isGo(function);
    long entry = isGo ? go.get().entry(function) : function.fileOffset();
    Optional<String> problem = problemAtEntry(entry);
    if (problem.isPresent()) {
      throw new UnseenReturnException(name + " begins " + problem.get());
    }
    Returns seen =
        seesReturns() && byInstruction ? returns.of(function, isGo) : new Returns.Trampoline();
    return new Site(name, entry, seen, isGo);
  }

  private Optional<String> problemAtEntry(long fileOffset) throws IOException {
    OptionalLong address = elf.codeAddress(fileOffset);
    return address.isPresent() ? code.problemAtEntry(address.getAsLong()) : Optional.empty();
  }

  private boolean seesReturns() {
    return probe.type() != ProbeType.ENTRY;
  }

  private boolean isGo(Function function) {
    return go.filter(code -> code.contains(function)).isPresent();
  }

  /**
   * Checks that a function has its values where the probe looks for them.
   *
   * @throws ElfException with a sentence that names the function
   */
  void checkConvention(Function function) throws IOException {
    boolean hasArguments = probe.values().stream().anyMatch(value -> !value.isReturn());
    if (!isGo(function)) {
      if (probe.convention() == Convention.GO) {
        throw refusal(
            function, "which is not a function of Go; write its signature as a prototype of C");
      }
      return;
    }
    boolean readsRegisters = seesReturns() || hasArguments;
    if (readsRegisters && !go.get().usesRegisters()) {
      throw refusal(
          function,
          "a function of a Go that is older than 1.18 or not known, which passes its values in a"
              + " way of its own; use type: Entry without arguments, or build it with another Go");
    }
    if (readsRegisters && go.get().isAssembly(function)) {
      throw refusal(
          function,
          "which is written in assembly and passes its values in a way of its own; use type: Entry"
              + " without arguments, or a function that calls it");
    }
    if (hasArguments && probe.convention() == Convention.C) {
      throw refusal(
          function,
          "a function of Go, which takes its arguments from other registers than C; write its"
              + " signature as in Go: func Name(customer string, cents int) error");
    }
  }

  private ElfException refusal(Function function, String why) {
    return new ElfException(file.displayPath(), "has " + function.name() + ", " + why);
  }
}
