package dev.uprobe.agent.trace;

import dev.uprobe.agent.dwarf.Prototypes;
import dev.uprobe.agent.elf.DebugFiles;
import dev.uprobe.agent.elf.ElfException;
import dev.uprobe.agent.elf.ElfFile;
import dev.uprobe.agent.elf.Function;
import dev.uprobe.agent.elf.FunctionTable;
import dev.uprobe.agent.target.TargetException;
import dev.uprobe.agent.target.TargetFile;
import dev.uprobe.plan.Place;
import dev.uprobe.plan.ProbePlan;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Completes plans with the types that a file's debug information tells ({@code signature: auto}).
 */
final class AutoTypes {
  /** Each is looked for in all of the debug information. */
  private static final int MAX_FUNCTIONS = 16;

  private AutoTypes() {}

  /**
   * Returns the whole plan of a probe.
   *
   * @param open a plan with a completion
   * @throws IOException with a sentence that names the file
   */
  static ProbePlan complete(ProbePlan open, TargetFile file) throws IOException {
    DebugFiles debugFiles = DebugFiles.of(file.tree(), file.displayPath());
    String prototype;
    try (ElfFile elf = ElfFile.open(file.path(), file.displayPath());
        FunctionTable functions = FunctionTable.of(elf, debugFiles)) {
      List<Function> named = functions(open.place(), functions);
      if (named.isEmpty()) {
        throw new TargetException(
            file.displayPath()
                + " has no function "
                + open.place().text()
                + "; `uprobe-agent symbols "
                + file.displayPath()
                + "` lists all");
      }
      prototype = common(prototypes(named, elf, debugFiles), elf.name());
    }
    try {
      return open.completion().orElseThrow().with(prototype);
    } catch (IllegalArgumentException e) {
      throw new TargetException(file.displayPath() + ": " + e.getMessage());
    }
  }

  private static List<Function> functions(Place place, FunctionTable table) throws IOException {
    List<Function> functions = new ArrayList<>();
    if (place instanceof Place.Functions named) {
      for (String name : named.names()) {
        functions.addAll(table.find(name));
      }
    }
    if (place instanceof Place.Address address) {
      table.at(address.address()).ifPresent(functions::add);
    }
    return functions;
  }

  /** Returns the prototypes by the functions' names. */
  private static Map<String, String> prototypes(
      List<Function> functions, ElfFile elf, DebugFiles debugFiles) throws IOException {
    long places = functions.stream().map(Function::address).distinct().count();
    if (places > MAX_FUNCTIONS) {
      throw new ElfException(
          elf.name(),
          "has %d such functions, and the types of at most %d are looked up; give a signature"
              .formatted(places, MAX_FUNCTIONS));
    }
    Map<Long, String> known = new LinkedHashMap<>();
    Map<String, String> found = new LinkedHashMap<>();
    Optional<Prototypes> opened = Prototypes.open(elf, debugFiles);
    if (opened.isEmpty()) {
      throw new ElfException(
          elf.name(),
          "has no debug information (DWARF); build it with -g, install its debug file, or give a"
              + " signature");
    }
    try (Prototypes prototypes = opened.get()) {
      for (Function function : functions) {
        if (!known.containsKey(function.address())) {
          known.put(function.address(), prototype(function, prototypes, elf));
        }
        found.put(function.readableName(), known.get(function.address()));
      }
    }
    return found;
  }

  private static String prototype(Function function, Prototypes prototypes, ElfFile elf)
      throws IOException {
    return prototypes
        .at(function.address())
        .orElseThrow(
            () ->
                new ElfException(
                    elf.name(),
                    "has debug information, but none about "
                        + function.readableName()
                        + "; give a signature"));
  }

  private static String common(Map<String, String> prototypes, String file) throws IOException {
    if (prototypes.values().stream().distinct().count() > 1) {
      List<String> names = List.copyOf(prototypes.keySet());
      throw new ElfException(
          file,
          "has functions of different types, "
              + String.join(", ", names.subList(0, Math.min(3, names.size())))
              + "; trace them by probes of their own, or give what they share as args");
    }
    return prototypes.values().iterator().next();
  }
}
