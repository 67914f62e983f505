package dev.uprobe.agent.events.stack;

import dev.uprobe.agent.process.procfs.Mapping;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The code that a process has in its memory while it runs one program. Used by one thread. */
final class AddressSpace {
  /** Programs have hundreds; one that makes more by itself cannot take the agent's memory. */
  static final int MAX_MAPPINGS = 2048;

  private final long since;
  private final List<MappedCode> oldestFirst;

  /**
   * @param since when the program started, by CLOCK_MONOTONIC in nanoseconds
   */
  AddressSpace(long since) {
    this(since, List.of());
  }

  private AddressSpace(long since, List<MappedCode> mapped) {
    this.since = since;
    this.oldestFirst = new ArrayList<>(mapped);
  }

  /** The address space of a child that the process has now. */
  AddressSpace forked(long nanos) {
    return new AddressSpace(nanos, oldestFirst);
  }

  long since() {
    return since;
  }

  int size() {
    return oldestFirst.size();
  }

  boolean isEmpty() {
    return oldestFirst.isEmpty();
  }

  /** Adds what the process has mapped; what is below it is gone. */
  void add(long nanos, Mapping mapping) {
    for (MappedCode each : oldestFirst) {
      if (each.isSameAs(mapping)) {
        return;
      }
    }
    MappedCode added = new MappedCode(nanos, mapping);
    oldestFirst.removeIf(each -> added.covers(each.mapping()));
    if (oldestFirst.size() == MAX_MAPPINGS) {
      oldestFirst.remove(0);
    }
    oldestFirst.add(added);
  }

  /** Returns the code that was at an address at a time. */
  Optional<MappedCode> at(long address, long nanos) {
    for (int i = oldestFirst.size() - 1; i >= 0; i--) {
      MappedCode each = oldestFirst.get(i);
      if (each.mapping().contains(address) && each.since() <= nanos) {
        return Optional.of(each);
      }
    }
    return Optional.empty();
  }
}
