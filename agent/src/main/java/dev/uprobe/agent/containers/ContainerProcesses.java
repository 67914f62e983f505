package dev.uprobe.agent.containers;

import dev.uprobe.agent.process.procfs.FileIdentity;
import dev.uprobe.agent.process.procfs.Processes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Finds the containers of pods through {@code /proc}. A process that ends while it is looked at, or
 * that may not be looked at, is left out.
 *
 * <p>So is a process in a container's cgroup that is elsewhere all the same: a runtime's on its way
 * in, or one that has entered the mount namespace of the host or of another container. Its files
 * are not the container's, and its mount namespace would select processes of others.
 */
public final class ContainerProcesses {
  /** Init and kthreadd: either may be closed to others. */
  private static final List<Integer> HOST_PIDS = List.of(1, 2);

  private static final String SANDBOX = "pause";

  private static final Comparator<ProcessFacts> BY_AGE =
      Comparator.comparingLong(ProcessFacts::startTime).thenComparingInt(ProcessFacts::pid);

  private final Path proc;
  private final Processes processes;

  /**
   * @param proc where the proc file system of the node is mounted
   */
  public ContainerProcesses(Path proc) {
    this.proc = proc;
    this.processes = new Processes(proc);
  }

  /** What processes in no container have. */
  private record Host(long mountNamespace, FileIdentity root) {}

  /**
   * All containers, in one pass over all processes.
   *
   * @throws IOException if the node's own processes may not be looked at
   */
  public Map<ContainerId, Container> all() throws IOException {
    Host host = host();
    List<ProcessFacts> byAge = new ArrayList<>();
    for (int pid : processes.pids()) {
      ProcessFacts.read(proc, pid).ifPresent(byAge::add);
    }
    byAge.sort(BY_AGE);
    Map<Long, Optional<ContainerId>> owners = new LinkedHashMap<>();
    byAge.forEach(each -> owners.putIfAbsent(each.mountNamespace(), each.container()));
    Map<ContainerId, List<ProcessFacts>> members =
        byAge.stream()
            .filter(each -> each.container().isPresent())
            .filter(each -> owners.get(each.mountNamespace()).equals(each.container()))
            .filter(each -> isElsewhereThan(host, each))
            .collect(
                Collectors.groupingBy(
                    each -> each.container().get(), LinkedHashMap::new, Collectors.toList()));
    Map<ContainerId, Container> containers = new LinkedHashMap<>();
    members.forEach((id, oldestFirst) -> containers.put(id, container(id, oldestFirst)));
    return containers;
  }

  /**
   * The container of one process, with nothing known but this process: a quick question about a
   * process that has just started. Only {@link #all} can tell that its mount namespace is not
   * another container's, which a privileged process may enter.
   *
   * @return empty where the process is in no container, or not yet: ask again when it has executed
   *     its program
   * @throws IOException if the node's own processes may not be looked at
   */
  public Optional<Container> of(int pid) throws IOException {
    Optional<ProcessFacts> facts =
        ProcessFacts.read(proc, pid).filter(each -> each.container().isPresent());
    if (facts.isEmpty()) {
      return Optional.empty();
    }
    Host host = host();
    return facts
        .filter(each -> isElsewhereThan(host, each))
        .map(each -> container(each.container().get(), List.of(each)));
  }

  /**
   * Tells whether a container is the sandbox of its pod: a runtime's program {@code pause}, started
   * before the containers that the pod names.
   */
  public boolean isSandbox(Container container) {
    return processes.comm(container.rootPid()).equals(Optional.of(SANDBOX));
  }

  private Host host() throws IOException {
    for (int pid : HOST_PIDS) {
      Optional<ProcessFacts> facts = ProcessFacts.read(proc, pid);
      Optional<FileIdentity> root = ProcessFacts.root(proc, pid);
      if (facts.isPresent() && root.isPresent()) {
        return new Host(facts.get().mountNamespace(), root.get());
      }
    }
    throw new IOException(
        "The node's processes 1 and 2 cannot be inspected, so containers cannot be distinguished from"
            + " the node; run the agent with hostPID and CAP_SYS_PTRACE");
  }

  /** A runtime's process has the host's root until it enters the container's (pivot_root(2)). */
  private boolean isElsewhereThan(Host host, ProcessFacts facts) {
    Optional<FileIdentity> root = ProcessFacts.root(proc, facts.pid());
    return facts.mountNamespace() != host.mountNamespace()
        && root.isPresent()
        && !root.get().equals(host.root());
  }

  private static Container container(ContainerId id, List<ProcessFacts> oldestFirst) {
    return new Container(
        id,
        oldestFirst.stream().map(ProcessFacts::mountNamespace).collect(Collectors.toSet()),
        oldestFirst.stream().map(ProcessFacts::pid).collect(Collectors.toCollection(TreeSet::new)),
        oldestFirst.get(0).pid());
  }
}
