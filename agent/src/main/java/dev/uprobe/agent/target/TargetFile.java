package dev.uprobe.agent.target;

import dev.uprobe.agent.files.FileTree;
import java.nio.file.Path;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A file to put probes on.
 *
 * @param path opens the file: one of a container until the {@code FoundFiles} that it came with are
 *     closed; one of a host may lead through {@code /proc/PID}, and then only while that process
 *     lives
 * @param displayPath what users call the file: its path in the file system of who runs it
 * @param identity as {@code /proc/PID/maps} shows it where a process has it mapped
 * @param pids processes that have it mapped; empty where none does
 * @param tree the file system that the display path belongs to, where debug files are looked for
 */
public record TargetFile(
    Path path, String displayPath, FileIdentity identity, SortedSet<Integer> pids, FileTree tree) {

  public TargetFile {
    pids = Collections.unmodifiableSortedSet(new TreeSet<>(pids));
  }
}
