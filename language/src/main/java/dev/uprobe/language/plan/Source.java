package dev.uprobe.language.plan;

import java.util.List;

/** Where a value is found when a probe fires. */
public sealed interface Source {

  /**
   * An integer or pointer argument of the C calling convention: by register, then from the stack.
   *
   * @param index from 1 to {@value #MAX_INDEX}; arguments passed in floating-point registers do not
   *     count
   */
  record Argument(int index) implements Source {
    public static final int MAX_INDEX = 16;
  }

  /**
   * A register that holds an integer or pointer return value.
   *
   * @param index from 1; more than 1 in Go only, in the order of its register convention
   */
  record ReturnValue(int index) implements Source {

    /** The first register, the only one in C. */
    public ReturnValue() {
      this(1);
    }
  }

  /**
   * Memory that an argument or a return value points to, or an address near it.
   *
   * @param from an argument or the return value
   * @param offsets in bytes, from {@value #MIN_OFFSET} to {@value #MAX_OFFSET}, at most {@value
   *     #MAX_STEPS} of them: each is added to the address so far, and the next address is read
   *     there; the last one locates the value
   * @param plus added to the last result
   */
  record Memory(Source from, List<Integer> offsets, int plus) implements Source {
    public static final int MAX_STEPS = 4;
    public static final int MIN_OFFSET = -(1 << 20);
    public static final int MAX_OFFSET = 1 << 20;

    public Memory {
      offsets = List.copyOf(offsets);
    }
  }

  /** The nanoseconds from a call's entry to its return; for conditions only. */
  record Duration() implements Source {}

  /** The id of the process (thread group) that hit the probe; for conditions only. */
  record ProcessId() implements Source {}

  /** The id of the thread that hit the probe; for conditions only. */
  record ThreadId() implements Source {}

  /** The name of the thread that hit the probe; for conditions only. */
  record Comm() implements Source {}
}
