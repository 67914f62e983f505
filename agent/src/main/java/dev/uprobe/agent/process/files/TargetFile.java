package dev.uprobe.agent.process.files;

import dev.uprobe.agent.process.procfs.FileIdentity;
import dev.uprobe.agent.sys.tree.FileTree;
import java.nio.file.Path;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A file to put probes on.
 *
 * @param path opens the file until the {@link FoundFiles} that it came with are closed
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

  /** Returns this file with the processes that have it mapped. */
  TargetFile usedBy(SortedSet<Integer> users) {
    return new TargetFile(path, displayPath, identity, users, tree);
  }
}
