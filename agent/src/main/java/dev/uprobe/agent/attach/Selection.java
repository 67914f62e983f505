package dev.uprobe.agent.attach;

import dev.uprobe.agent.target.FileIdentity;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Which processes a program reports; every part that is present must match. A uprobe belongs to a
 * file, so it fires for every process that runs it.
 *
 * @param ownPid the agent itself, never reported: printing an event would cause the next one
 * @param pid one process
 * @param comm the name of the thread, 15 bytes at the most
 * @param executable what the process runs
 */
public record Selection(
    int ownPid, OptionalInt pid, Optional<String> comm, Optional<Executable> executable) {

  /**
   * A file that a process runs.
   *
   * @param file as the kernel knows it
   * @param fields by which a program finds the file of a process
   */
  public record Executable(FileIdentity file, KernelFields fields) {}
}
