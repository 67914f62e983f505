package dev.uprobe.agent.engine.program;

import dev.uprobe.agent.binary.usdt.UsdtArgument;
import dev.uprobe.agent.binary.usdt.UsdtSite;
import dev.uprobe.agent.sys.libbpf.BpfMap;
import dev.uprobe.agent.sys.libc.KernelException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Where the static probes of one probe have their arguments: the map of its programs. */
final class UsdtArgumentMap {
  /** A probe that is inlined everywhere has as many places, few of which differ. */
  static final int MAX = 1024;

  private final BpfMap map;
  private final Map<List<UsdtArgument>, Integer> numbers = new HashMap<>();

  UsdtArgumentMap(BpfMap map) {
    this.map = map;
  }

  /** Returns the number by which programs find arguments, after making them known. */
  int number(List<UsdtArgument> arguments) throws KernelException {
    Integer known = numbers.get(arguments);
    if (known != null) {
      return known;
    }
    int next = numbers.size();
    if (next == MAX) {
      throw new KernelException(
          "a static probe has its arguments at more than " + MAX + " different places.", 0, "");
    }
    map.write(next, UsdtSite.encode(arguments));
    numbers.put(arguments, next);
    return next;
  }
}
