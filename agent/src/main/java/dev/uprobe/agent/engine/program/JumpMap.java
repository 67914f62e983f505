package dev.uprobe.agent.engine.program;

import dev.uprobe.agent.engine.locate.Jump;
import dev.uprobe.agent.events.model.ProbeDescriptor;
import dev.uprobe.agent.sys.libbpf.BpfMap;
import dev.uprobe.agent.sys.libc.KernelException;
import dev.uprobe.api.v1alpha1.ProbeType;
import java.util.HashMap;
import java.util.Map;

/** The jumps of a probe by which functions leave or begin once more: the map of its programs. */
final class JumpMap {
  /** Most of a probe's jumps are alike: only those whose target is computed are not. */
  private static final int MAX = 4096;

  /** Jumps back to a function's entry differ by their conditions only. */
  private static final int MAX_CONDITIONS = 128;

  private final BpfMap map;
  private final ProbeDescriptor probe;
  private final int max;
  private final Map<Jump, Integer> numbers = new HashMap<>();

  JumpMap(BpfMap map, ProbeDescriptor probe, int max) {
    this.map = map;
    this.probe = probe;
    this.max = max;
  }

  /** Returns how many different jumps a probe of a type may have. */
  static int max(ProbeType type) {
    return type == ProbeType.ENTRY ? MAX_CONDITIONS : MAX;
  }

  /** Returns the number by which programs find a jump, after making it known. */
  int number(Jump jump) throws KernelException {
    Integer known = numbers.get(jump);
    if (known != null) {
      return known;
    }
    int next = numbers.size();
    if (next == max) {
      throw new KernelException(
          "the functions leave by more than " + max + " different jumps; choose fewer functions.",
          0,
          "");
    }
    map.write(next, jump.encode(jump.reason().isEmpty() ? 0 : probe.addReason(jump.reason())));
    numbers.put(jump, next);
    return next;
  }
}
