package dev.uprobe.agent.containers;

import dev.uprobe.agent.process.procfs.FileIdentity;
import dev.uprobe.agent.process.procfs.MountNamespace;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What {@code /proc} says about a process and its container.
 *
 * @param container empty where it is in none
 * @param mountNamespace its inode number
 * @param startTime in clock ticks since boot
 */
record ProcessFacts(int pid, Optional<ContainerId> container, long mountNamespace, long startTime) {

  /** Version 1 has a line for each of some twenty hierarchies, with a path of 4,095 bytes each. */
  private static final int MAX_CGROUP = 128 * 1024;

  private static final int MAX_STAT = 4096;

  /** Of field 22 of proc_pid_stat(5), counted from field 3: the name before it may have spaces. */
  private static final int START_TIME = 22 - 3;

  /** Empty where the process has ended, or may not be looked at. */
  static Optional<ProcessFacts> read(Path proc, int pid) {
    Path folder = proc.resolve(Integer.toString(pid));
    try {
      return Optional.of(
          new ProcessFacts(
              pid,
              CgroupPath.parse(text(folder.resolve("cgroup"), MAX_CGROUP)),
              MountNamespace.of(folder),
              startTime(text(folder.resolve("stat"), MAX_STAT))));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** The root directory of a process. */
  static Optional<FileIdentity> root(Path proc, int pid) {
    try {
      return Optional.of(FileIdentity.of(proc.resolve(Integer.toString(pid)).resolve("root")));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static String text(Path file, int limit) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return new String(in.readNBytes(limit), StandardCharsets.UTF_8);
    }
  }

  private static long startTime(String stat) throws IOException {
    String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ");
    try {
      return Long.parseLong(fields[START_TIME]);
    } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
      throw new IOException("\"" + stat + "\" is not the text of /proc/PID/stat", e);
    }
  }
}
