package dev.uprobe.agent.target;

import java.nio.file.Path;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A file to put probes on.
 *
 * @param path opens the file; may lead through {@code /proc/PID}, and then only while that process
 *     lives
 * @param displayPath what users call the file: its path in the file system of who runs it
 * @param identity as {@code /proc/PID/maps} shows it where a process has it mapped
 * @param pids processes that have it mapped; empty where none does
 */
public record TargetFile(
    Path path, String displayPath, FileIdentity identity, SortedSet<Integer> pids) {

  public TargetFile {
    pids = Collections.unmodifiableSortedSet(new TreeSet<>(pids));
  }
}
