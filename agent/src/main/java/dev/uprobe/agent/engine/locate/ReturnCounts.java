package dev.uprobe.agent.engine.locate;

import dev.uprobe.agent.binary.elf.ElfFile;
import dev.uprobe.agent.binary.elf.Function;
import dev.uprobe.agent.binary.functions.CodeRanges.Range;
import dev.uprobe.agent.binary.functions.FunctionTable;
import dev.uprobe.agent.engine.locate.FunctionReturns.Leaving;
import dev.uprobe.agent.engine.locate.FunctionReturns.UnseenReturnException;
import dev.uprobe.api.v1alpha1.ReturnProbe;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * How the returns of a file's functions are seen.
 *
 * @param uretprobe how many functions have a uretprobe
 * @param instructions how many are probed at their return instructions
 * @param jumps how many of those also leave by a jump behind which the return is not seen
 * @param refused how many have no Return or Call
 * @param refusals why, with how many there are of each
 */
public record ReturnCounts(
    int uretprobe, int instructions, int jumps, int refused, List<String> refusals) {

  public ReturnCounts {
    refusals = List.copyOf(refusals);
  }

  /**
   * Counts functions, each address once; those chosen at start (ifuncs) are left out, as they are
   * only known in a process.
   */
  public static ReturnCounts of(ElfFile elf, FunctionTable functions, List<Function> which)
      throws IOException {
    ProbedCode code = new ProbedCode(elf, functions);
    FunctionReturns returns = new FunctionReturns(elf, code, Integer.MAX_VALUE);
    Optional<GoCode> go = GoCode.of(elf);
    Set<Long> seen = new HashSet<>();
    TreeMap<String, Integer> refusals = new TreeMap<>();
    int uretprobe = 0;
    int instructions = 0;
    int jumps = 0;
    int refused = 0;
    for (Function function : which) {
      if (function.ifunc() || !seen.add(function.address())) {
        continue;
      }
      try {
        Leaving leaving = leaving(function, code, returns, go);
        if (leaving.returns() instanceof ReturnMode.Instructions found) {
          instructions++;
          jumps += found.exits().stream().anyMatch(Exit::mayHide) ? 1 : 0;
        } else {
          uretprobe++;
        }
      } catch (UnseenReturnException e) {
        refused++;
        refusals.merge(e.getMessage().replaceFirst(" at 0x[0-9a-f]+", ""), 1, Integer::sum);
      }
    }
    return new ReturnCounts(
        uretprobe,
        instructions,
        jumps,
        refused,
        refusals.entrySet().stream()
            .map(each -> each.getValue() + " " + each.getKey())
            .collect(Collectors.toList()));
  }

  private static Leaving leaving(
      Function function, ProbedCode code, FunctionReturns returns, Optional<GoCode> go)
      throws IOException, UnseenReturnException {
    Optional<Range> range = code.range(function);
    if (range.isEmpty()) {
      throw new UnseenReturnException("has no known length");
    }
    Optional<String> problem = code.problemAtEntry(function.address());
    if (problem.isPresent()) {
      throw new UnseenReturnException("begins " + problem.get());
    }
    boolean isGo = go.filter(each -> each.contains(function)).isPresent();
    return returns.of(range.get(), function.address(), isGo, ReturnProbe.AUTO);
  }

  /** Returns how many functions were counted. */
  public int total() {
    return uretprobe + instructions + refused;
  }
}
