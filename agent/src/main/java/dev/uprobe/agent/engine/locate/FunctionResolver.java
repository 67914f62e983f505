package dev.uprobe.agent.engine.locate;

import dev.uprobe.agent.binary.elf.ElfException;
import dev.uprobe.agent.binary.elf.ElfFile;
import dev.uprobe.agent.binary.elf.Function;
import dev.uprobe.agent.binary.functions.CodeRanges.Range;
import dev.uprobe.agent.engine.locate.FunctionReturns.UnseenReturnException;
import dev.uprobe.agent.process.files.TargetFile;
import dev.uprobe.agent.process.ifunc.IfuncResolution;
import dev.uprobe.agent.process.ifunc.IfuncResolver;
import dev.uprobe.api.v1alpha1.ProbeType;
import dev.uprobe.api.v1alpha1.ReturnProbe;
import dev.uprobe.language.plan.Convention;
import dev.uprobe.language.plan.ProbePlan;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Turns functions of a file into places to probe.
 *
 * @param elf the same file, opened
 * @param code what of it is probed
 * @param returns how functions are left
 * @param go the file's code of Go
 */
record FunctionResolver(
    ProbePlan probe,
    TargetFile file,
    ElfFile elf,
    ProbedCode code,
    IfuncResolver ifuncs,
    FunctionReturns returns,
    Optional<GoCode> go) {
  ResolvedSites of(List<Function> functions) throws IOException {
    Map<Long, ProbeSite> sites = new LinkedHashMap<>();
    List<String> undecided = new ArrayList<>();
    List<String> refused = new ArrayList<>();
    SiteNames names = SiteNames.of(functions);
    for (Function function : functions) {
      String name = names.of(function);
      List<Long> entries;
      if (function.ifunc()) {
        IfuncResolution resolution = ifuncs.resolve(file, function);
        resolution.problem(name).ifPresent(undecided::add);
        entries = List.copyOf(resolution.fileOffsets());
      } else {
        checkConvention(function);
        entries = List.of(isGo(function) ? go.get().entry(function) : function.fileOffset());
      }
      for (long entry : entries) {
        try {
          sites.putIfAbsent(entry, site(function, name, entry));
        } catch (UnseenReturnException e) {
          refused.add(name + " " + e.getMessage());
        }
      }
    }
    return new ResolvedSites(List.copyOf(sites.values()), undecided.stream().findFirst(), refused);
  }

  private ProbeSite site(Function function, String name, long entry)
      throws IOException, UnseenReturnException {
    boolean isGo = isGo(function);
    long address = elf.codeAddress(entry).orElseThrow();
    Optional<String> problem = code.problemAtEntry(address);
    if (problem.isPresent()) {
      throw new UnseenReturnException("begins " + problem.get());
    }
    Optional<Range> range = function.ifunc() ? code.range(address) : code.range(function);
    if (!seesReturns()) {
      List<Exit> repeats =
          range.isPresent() ? returns.repeats(range.get(), address, isGo) : List.of();
      return new ProbeSite(name, entry, new ReturnMode.Trampoline(), isGo, repeats);
    }
    if (range.isEmpty()) {
      throw new UnseenReturnException("has no known length");
    }
    FunctionReturns.Leaving leaving = returns.of(range.get(), address, isGo, returnProbe());
    return new ProbeSite(name, entry, leaving.returns(), isGo, leaving.repeats());
  }

  private ReturnProbe returnProbe() {
    return Uretprobes.choose(probe.returnProbe(), elf.machine(), System.getProperty("os.version"));
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
        throw refusal(function, "which is not a Go function; write its signature as a C prototype");
      }
      return;
    }
    boolean readsRegisters = seesReturns() || hasArguments;
    if (readsRegisters && !go.get().usesRegisters()) {
      throw refusal(
          function,
          "a function of a Go version that is older than 1.18 or unknown, which passes values"
              + " differently; use type: Entry without arguments, or build it with a newer Go");
    }
    if (readsRegisters && go.get().isAssembly(function)) {
      throw refusal(
          function,
          "which is written in assembly and passes values differently; use type: Entry without"
              + " arguments, or probe a function that calls it");
    }
    if (hasArguments && probe.convention() == Convention.C) {
      throw refusal(
          function,
          "a Go function, which takes its arguments from other registers than C; write a Go"
              + " signature: func Name(customer string, cents int) error");
    }
  }

  private ElfException refusal(Function function, String why) {
    return new ElfException(file.displayPath(), "has " + function.name() + ", " + why);
  }
}
