package dev.uprobe.agent.attach;

import java.util.List;

/** How a probe sees that a function returns. */
public sealed interface Returns {

  /** The kernel puts another return address on the stack: a uretprobe. */
  record Trampoline() implements Returns {}

  /**
   * A probe on each return instruction, which leaves the stack as it is.
   *
   * @param offsets where those are in the file
   */
  record Instructions(List<Long> offsets) implements Returns {
    public Instructions {
      offsets = List.copyOf(offsets);
    }
  }
}
