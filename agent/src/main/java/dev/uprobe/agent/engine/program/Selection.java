package dev.uprobe.agent.engine.program;

import dev.uprobe.agent.sys.libbpf.BpfNumberSet;
import dev.uprobe.language.plan.HostFilter;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * Which processes a program reports; every part that is present must match. A uprobe belongs to a
 * file, so it fires for every process that runs it.
 *
 * @param ownPid the agent itself, never reported: printing an event would cause the next one
 * @param pid one process
 * @param comm the name of the thread, 15 bytes at the most
 * @param executables what the process may run
 * @param containers in which containers the process may be
 * @param others by which a program finds what is not selected by, but told
 */
public record Selection(
    int ownPid,
    OptionalInt pid,
    Optional<String> comm,
    Optional<Executables> executables,
    Optional<Containers> containers,
    Optional<KernelOffsets> others) {

  /** Selects processes of a host, whatever container they are in. */
  public Selection(
      int ownPid, OptionalInt pid, Optional<String> comm, Optional<Executables> executables) {
    this(ownPid, pid, comm, executables, Optional.empty());
  }

  /** Selects processes that may have to be in certain containers. */
  public Selection(
      int ownPid,
      OptionalInt pid,
      Optional<String> comm,
      Optional<Executables> executables,
      Optional<Containers> containers) {
    this(ownPid, pid, comm, executables, containers, Optional.empty());
  }

  /**
   * Selects processes of a host.
   *
   * @param executables what the filter's binary stands for; empty where it has none
   */
  public static Selection of(HostFilter host, Optional<Executables> executables) {
    int self = (int) ProcessHandle.current().pid();
    return new Selection(self, host.pid(), host.comm(), executables);
  }

  /** Returns the same selection for programs that tell more than they select by. */
  public Selection with(KernelOffsets fields) {
    return new Selection(ownPid, pid, comm, executables, containers, Optional.of(fields));
  }

  /**
   * Files that processes run; versions may come and go while probes are attached.
   *
   * @param files as the kernel knows them
   * @param fields by which a program finds the file of a process
   */
  public record Executables(ExecutableSet files, KernelOffsets fields) {}

  /**
   * Containers, which may come and go while probes are attached.
   *
   * @param mountNamespaces by which the containers are known: the inode numbers of /proc/PID/ns/mnt
   * @param fields by which a program finds the mount namespace of a process
   */
  public record Containers(BpfNumberSet mountNamespaces, KernelOffsets fields) {}

  /** Returns what programs need to decide this; empty where they need nothing. */
  public Optional<KernelOffsets> fields() {
    return Stream.of(
            executables.map(Executables::fields), containers.map(Containers::fields), others)
        .flatMap(Optional::stream)
        .findFirst();
  }
}
