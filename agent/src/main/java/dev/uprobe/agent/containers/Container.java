package dev.uprobe.agent.containers;

import java.util.Collections;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A container with processes that run.
 *
 * @param mountNamespaces those of its processes, which no process outside of it was in before: the
 *     inode numbers of {@code /proc/PID/ns/mnt}. Mostly one; a process may make itself another.
 * @param pids its processes, as {@code /proc} numbers them; not empty
 * @param rootPid the oldest of them, whose root directory is the container's
 */
public record Container(
    ContainerId id, Set<Long> mountNamespaces, SortedSet<Integer> pids, int rootPid) {

  public Container {
    mountNamespaces = Set.copyOf(mountNamespaces);
    pids = Collections.unmodifiableSortedSet(new TreeSet<>(pids));
  }
}
