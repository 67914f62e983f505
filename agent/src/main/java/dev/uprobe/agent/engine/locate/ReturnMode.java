package dev.uprobe.agent.engine.locate;

import java.util.List;

/** How a probe sees that a function returns. */
public sealed interface ReturnMode {

  /** The kernel puts another return address on the stack: a uretprobe. */
  record Trampoline() implements ReturnMode {}

  /**
   * A probe on each instruction by which the function is left, which leaves the stack as it is.
   *
   * @param exits all of them
   */
  record Instructions(List<Exit> exits) implements ReturnMode {
    public Instructions {
      exits = List.copyOf(exits);
    }
  }

  /**
   * Returns whether the function's entries are kept, to find it again in code that others share.
   */
  default boolean sharesCode() {
    return this instanceof Instructions instructions
        && instructions.exits().stream().anyMatch(Exit::isShared);
  }
}
