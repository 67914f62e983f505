package dev.uprobe.agent.containers;

import dev.uprobe.agent.process.procfs.InitialPidNamespace;
import dev.uprobe.agent.process.procfs.MountNamespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Which mount namespace a process is in, asked for its events: one that has ended by then is in
 * none.
 */
public final class ProcessNamespaces {
  /** A number is not given to another process so soon. */
  private static final Duration KEPT = Duration.ofSeconds(1);

  private static final int MAX_KEPT = 4096;

  private final Path proc;
  private final boolean isFirst;
  private final Map<Integer, Answer> answers = new LinkedHashMap<>();

  private record Answer(int namespace, long givenAt) {}

  public ProcessNamespaces(Path proc) {
    this.proc = proc;
    this.isFirst = isInFirstPidNamespace();
  }

  /** Events have the numbers that processes have in it. */
  private static boolean isInFirstPidNamespace() {
    try {
      return Files.readSymbolicLink(Path.of("/proc/self/ns/pid"))
          .toString()
          .equals(InitialPidNamespace.LINK);
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Returns the inode number of a process's mount namespace.
   *
   * @return 0 where it cannot be told
   */
  synchronized int of(int pid) {
    long now = System.nanoTime();
    Answer known = answers.get(pid);
    if (known == null || now - known.givenAt() > KEPT.toNanos()) {
      // Oldest first, so that the eldest is let go.
      answers.remove(pid);
      known = new Answer(isFirst ? look(pid) : 0, now);
      answers.put(pid, known);
      if (answers.size() > MAX_KEPT) {
        answers.remove(answers.keySet().iterator().next());
      }
    }
    return known.namespace();
  }

  private int look(int pid) {
    try {
      return (int) MountNamespace.of(proc.resolve(Integer.toString(pid)));
    } catch (IOException e) {
      return 0;
    }
  }
}
