package dev.uprobe.agent.process.files;

import dev.uprobe.language.plan.HostFilter;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Which processes of a host are looked at.
 *
 * @param olderNames to which files the filter's binary has led before, behind symbolic links
 */
public record HostTarget(HostFilter filter, Set<String> olderNames) {

  public HostTarget {
    olderNames = Set.copyOf(olderNames);
  }

  /** Returns the target of a filter whose binary has always led to the same name. */
  public static HostTarget of(HostFilter filter) {
    return new HostTarget(filter, Set.of());
  }

  /** Returns the same, narrowed to one process. */
  public HostTarget narrowedTo(int pid) {
    return new HostTarget(
        new HostFilter(OptionalInt.of(pid), filter.comm(), filter.binary()), olderNames);
  }

  /** Returns the same without a name of threads, for who knows already that there is one. */
  public HostTarget withoutComm() {
    return new HostTarget(
        new HostFilter(filter.pid(), Optional.empty(), filter.binary()), olderNames);
  }
}
