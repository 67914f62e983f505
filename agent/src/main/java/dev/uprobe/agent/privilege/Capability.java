package dev.uprobe.agent.privilege;

import java.util.Collection;

/** The capabilities that an agent may have been given and need not keep (linux/capability.h). */
enum Capability {
  /** Lets a process take capabilities out of its bounding set. */
  SETPCAP(8),
  SYS_ADMIN(21);

  private final int number;

  Capability(int number) {
    this.number = number;
  }

  int number() {
    return number;
  }

  /** Returns the bits of some capabilities, as the kernel writes a set of them. */
  static long bits(Collection<Capability> some) {
    return some.stream()
        .mapToLong(each -> 1L << each.number)
        .reduce(0, (one, other) -> one | other);
  }
}
