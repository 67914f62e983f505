package dev.uprobe.agent.engine;

import dev.uprobe.agent.sys.libbpf.BpfEnvironment;
import dev.uprobe.agent.sys.libbpf.BpfNumberSet;
import dev.uprobe.agent.sys.libc.Handle;
import dev.uprobe.agent.sys.libc.KernelException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The mount namespaces whose calls the programs of a trace report. */
final class MountNamespaceFilter implements Handle {
  /** As many containers as a node may have, and some that end meanwhile. */
  private static final int MAX_NAMESPACES = 4096;

  private final BpfNumberSet numbers;
  private final Set<Integer> selected = new HashSet<>();

  MountNamespaceFilter(BpfEnvironment environment) throws KernelException {
    this.numbers = new BpfNumberSet(environment, "uprobe_mntns", MAX_NAMESPACES);
  }

  /** Returns what the programs ask. */
  BpfNumberSet numbers() {
    return numbers;
  }

  /** Selects exactly these; those that are no more first, for there is little room. */
  void select(Set<Integer> wanted) throws KernelException {
    for (int each : List.copyOf(selected)) {
      if (!wanted.contains(each)) {
        numbers.remove(each);
        selected.remove(each);
      }
    }
    for (int each : wanted) {
      if (!selected.contains(each)) {
        numbers.add(each);
        selected.add(each);
      }
    }
  }

  @Override
  public void close() {
    numbers.close();
  }
}
