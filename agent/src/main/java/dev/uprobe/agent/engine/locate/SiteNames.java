package dev.uprobe.agent.engine.locate;

import dev.uprobe.agent.binary.elf.Function;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How events name functions: as programmers write them, and with parameters only where the probe
 * sits on several functions of one name.
 */
final class SiteNames {
  private final Map<String, String> readable;
  private final Set<String> shared;

  private SiteNames(Map<String, String> readable, Set<String> shared) {
    this.readable = readable;
    this.shared = shared;
  }

  static SiteNames of(List<Function> functions) {
    Map<String, String> readable = new HashMap<>();
    Map<String, String> byShortName = new HashMap<>();
    Set<String> shared = new HashSet<>();
    for (Function function : functions) {
      String full = function.readableName();
      readable.put(function.name(), full);
      String known = byShortName.putIfAbsent(function.shortName(), full);
      if (known != null && !known.equals(full)) {
        shared.add(function.shortName());
      }
    }
    return new SiteNames(readable, shared);
  }

  String of(Function function) {
    String shortName = function.shortName();
    return shared.contains(shortName) ? readable.get(function.name()) : shortName;
  }
}
