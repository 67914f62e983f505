package dev.uprobe.agent.engine.locate;

import dev.uprobe.agent.binary.dwarf.DebugFunctions;
import dev.uprobe.agent.binary.elf.DebugFiles;
import dev.uprobe.agent.binary.elf.ElfException;
import dev.uprobe.agent.binary.elf.ElfFile;
import dev.uprobe.agent.binary.elf.Function;
import dev.uprobe.agent.binary.functions.FunctionTable;
import dev.uprobe.agent.binary.functions.UnknownFunction;
import dev.uprobe.agent.process.files.TargetException;
import dev.uprobe.agent.process.files.TargetFile;
import dev.uprobe.api.v1alpha1.AttachReason;
import dev.uprobe.language.plan.AttachPoint;
import dev.uprobe.language.plan.DeferredPlan;
import dev.uprobe.language.plan.FunctionTypes;
import dev.uprobe.language.plan.ProbePlan;
import dev.uprobe.language.text.Sentence;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Completes plans with the types that a file's debug information tells: of {@code signature: auto},
 * and of fields that are named.
 */
public final class AutoTypes {
  /** Each is looked for in all of the debug information. */
  private static final int MAX_FUNCTIONS = 16;

  private AutoTypes() {}

  /**
   * Returns the whole plan of a probe.
   *
   * @param open a plan with a completion
   * @throws IOException with a sentence that names the file
   */
  public static ProbePlan complete(ProbePlan open, TargetFile file) throws IOException {
    DebugFiles debugFiles = DebugFiles.of(file.tree(), file.displayPath());
    try (ElfFile elf = ElfFile.open(file.path(), file.displayPath());
        FunctionTable functions = FunctionTable.of(elf, debugFiles)) {
      List<Function> named = functions(open.place(), functions);
      if (named.isEmpty()) {
        throw new TargetException(
            AttachReason.SYMBOL_NOT_FOUND,
            UnknownFunction.describe(
                file.displayPath(), wanted(open.place()), functions, nearest(open, functions)));
      }
      return common(plans(open, named, elf, debugFiles), elf.name());
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static String wanted(AttachPoint place) {
    return place instanceof AttachPoint.Functions named ? named.names().get(0) : place.text();
  }

  private static List<String> nearest(ProbePlan open, FunctionTable functions) throws IOException {
    return open.place() instanceof AttachPoint.Functions
        ? functions.nearest(wanted(open.place()))
        : List.of();
  }

  private static List<Function> functions(AttachPoint place, FunctionTable table)
      throws IOException {
    List<Function> functions = new ArrayList<>();
    if (place instanceof AttachPoint.Functions named) {
      for (String name : named.names()) {
        functions.addAll(table.find(name));
      }
    }
    if (place instanceof AttachPoint.Address address) {
      table.at(address.address()).ifPresent(functions::add);
    }
    return functions;
  }

  /** Returns the whole plans by the functions' names. */
  private static Map<String, ProbePlan> plans(
      ProbePlan open, List<Function> functions, ElfFile elf, DebugFiles debugFiles)
      throws IOException {
    DeferredPlan completion = open.completion().orElseThrow();
    long places = functions.stream().map(Function::address).distinct().count();
    if (places > MAX_FUNCTIONS) {
      throw new ElfException(
          elf.name(),
          "has %d such functions, and the types of at most %d are looked up; give %s"
              .formatted(places, MAX_FUNCTIONS, completion.instead()));
    }
    Optional<DebugFunctions> opened = DebugFunctions.open(elf, debugFiles);
    if (opened.isEmpty()) {
      throw new ElfException(
          elf.name(),
          "has no debug information (DWARF); build it with -g, install its debug file, or give "
              + completion.instead());
    }
    Map<Long, ProbePlan> known = new LinkedHashMap<>();
    Map<String, ProbePlan> found = new LinkedHashMap<>();
    try (DebugFunctions types = opened.get()) {
      for (Function function : functions) {
        if (!known.containsKey(function.address())) {
          FunctionTypes told =
              types
                  .at(function.address())
                  .orElseThrow(() -> untold(function, elf, completion.instead()));
          known.put(function.address(), completed(completion, told, elf));
        }
        found.put(function.readableName(), known.get(function.address()));
      }
    }
    return found;
  }

  private static ProbePlan completed(DeferredPlan completion, FunctionTypes types, ElfFile elf)
      throws TargetException {
    try {
      return completion.with(types);
    } catch (IllegalArgumentException e) {
      throw new TargetException(AttachReason.NOT_SUPPORTED, elf.name() + ": " + Sentence.reason(e));
    }
  }

  private static ElfException untold(Function function, ElfFile elf, String instead) {
    return new ElfException(
        elf.name(),
        "has debug information, but none about " + function.readableName() + "; give " + instead);
  }

  private static ProbePlan common(Map<String, ProbePlan> plans, String file) throws IOException {
    if (plans.values().stream().distinct().count() > 1) {
      List<String> names = List.copyOf(plans.keySet());
      throw new ElfException(
          file,
          "has functions of different types, "
              + String.join(", ", names.subList(0, Math.min(3, names.size())))
              + "; trace them with separate probes, or give the arguments that they share as args");
    }
    return plans.values().iterator().next();
  }
}
