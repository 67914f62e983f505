package dev.uprobe.agent.trace;

import dev.uprobe.agent.attach.Returns;
import dev.uprobe.agent.attach.Site;
import dev.uprobe.agent.elf.Function;
import dev.uprobe.agent.target.IfuncResolution;
import dev.uprobe.agent.target.IfuncResolver;
import dev.uprobe.agent.target.TargetFile;
import dev.uprobe.agent.trace.FunctionReturns.UnseenReturnException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Turns functions of a file into places to probe.
 *
 * @param returns where uretprobes would break the file's functions, and their returns matter
 */
record FunctionSites(IfuncResolver ifuncs, TargetFile file, Optional<FunctionReturns> returns) {

  FoundSites of(List<Function> functions) throws IOException {
    Map<Long, Site> sites = new LinkedHashMap<>();
    List<String> undecided = new ArrayList<>();
    List<String> refused = new ArrayList<>();
    for (Function function : functions) {
      if (function.ifunc() && returns.isPresent()) {
        refused.add(function.name() + " is chosen at start (an ifunc)");
      } else if (function.ifunc()) {
        IfuncResolution resolution = ifuncs.resolve(file, function);
        resolution.problem(function.name()).ifPresent(undecided::add);
        resolution
            .fileOffsets()
            .forEach(offset -> sites.putIfAbsent(offset, new Site(function.name(), offset)));
      } else if (!sites.containsKey(function.fileOffset())) {
        try {
          sites.put(function.fileOffset(), site(function));
        } catch (UnseenReturnException e) {
          refused.add(e.getMessage());
        }
      }
    }
    return new FoundSites(List.copyOf(sites.values()), undecided.stream().findFirst(), refused);
  }

  private Site site(Function function) throws IOException, UnseenReturnException {
    Returns seen =
        returns.isPresent() ? returns.get().of(function, false) : new Returns.Trampoline();
    return new Site(function.name(), function.fileOffset(), seen, false);
  }
}
