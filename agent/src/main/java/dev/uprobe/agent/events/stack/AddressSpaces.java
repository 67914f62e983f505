package dev.uprobe.agent.events.stack;

import dev.uprobe.agent.process.procfs.Mapping;
import dev.uprobe.agent.process.watch.ProcessWatch;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntFunction;

/**
 * The address spaces of all processes, those that have just ended among them. Used by one thread.
 */
final class AddressSpaces implements ProcessWatch.Listener {
  /** Some kilobytes each. */
  static final int MAX_PROCESSES = 8192;

  /** Programs that one process runs in a row, as a shell that replaces itself. */
  private static final int MAX_PROGRAMS = 4;

  private static final int MAX_ANCESTORS = 8;

  private static final int MAX_ENDED = 4096;

  /** Of all processes; about 32 MiB. */
  static final int MAX_MAPPINGS = 1 << 17;

  /** After how many more they are counted again. */
  private static final int MAX_UNCOUNTED = MAX_MAPPINGS / 8;

  /** How long the last events of a process may be on their way. */
  private static final long REMEMBERED_NANOS = 10_000_000_000L;

  private final IntFunction<List<Mapping>> mappings;
  private final Map<Integer, Process> byPid = new LinkedHashMap<>();
  private final Deque<Ended> ended = new ArrayDeque<>();
  private int uncounted;

  private static final class Process {
    private final Deque<AddressSpace> newestFirst = new ArrayDeque<>();
    private final OptionalInt parent;

    private Process(OptionalInt parent) {
      this.parent = parent;
    }

    private int mappings() {
      return newestFirst.stream().mapToInt(AddressSpace::size).sum();
    }
  }

  private record Ended(int pid, Process process, long nanos) {}

  /**
   * @param mappings what a process that runs has mapped now; nothing of one that does not
   */
  AddressSpaces(IntFunction<List<Mapping>> mappings) {
    this.mappings = mappings;
  }

  /** Returns what a process had in its memory at a time; empty where nobody can tell any more. */
  Optional<AddressSpace> of(int pid, long nanos) {
    Process process = known(pid);
    return process.newestFirst.stream().filter(each -> each.since() <= nanos).findFirst();
  }

  /** Looks at a process as it is now, unless it is known already. */
  void look(int pid) {
    known(pid);
  }

  private Process known(int pid) {
    Process process = byPid.get(pid);
    if (process == null) {
      process = put(pid, new Process(OptionalInt.empty()));
    }
    if (process.newestFirst.isEmpty()) {
      AddressSpace space = new AddressSpace(0);
      mappings.apply(pid).stream().filter(Mapping::executable).forEach(each -> space.add(0, each));
      if (!space.isEmpty()) {
        process.newestFirst.addFirst(space);
        count(space.size());
      }
    }
    return process;
  }

  /** Returns a process and those that it descends from, the nearest first. */
  List<Integer> withAncestors(int pid) {
    List<Integer> line = new ArrayList<>();
    OptionalInt next = OptionalInt.of(pid);
    while (next.isPresent() && line.size() < MAX_ANCESTORS) {
      line.add(next.getAsInt());
      Process process = byPid.get(next.getAsInt());
      next = process == null ? OptionalInt.empty() : process.parent;
    }
    return line;
  }

  @Override
  public void mapped(long nanos, int pid, Mapping mapping) {
    Process process = byPid.get(pid);
    // Of a process that nobody has looked at, all is read when it is needed.
    if (process != null && !process.newestFirst.isEmpty()) {
      process.newestFirst.getFirst().add(nanos, mapping);
      count(1);
    }
  }

  @Override
  public void executed(long nanos, int pid) {
    Process process =
        byPid.containsKey(pid) ? byPid.get(pid) : put(pid, new Process(OptionalInt.empty()));
    process.newestFirst.addFirst(new AddressSpace(nanos));
    while (process.newestFirst.size() > MAX_PROGRAMS) {
      process.newestFirst.removeLast();
    }
  }

  @Override
  public void forked(long nanos, int pid, int parent) {
    Process child = put(pid, new Process(OptionalInt.of(parent)));
    known(parent).newestFirst.stream()
        .findFirst()
        .ifPresent(each -> child.newestFirst.addFirst(each.forked(nanos)));
    count(child.mappings());
  }

  @Override
  public void ended(long nanos, int pid) {
    Process process = byPid.get(pid);
    if (process != null) {
      ended.add(new Ended(pid, process, nanos));
    }
    while (ended.size() > MAX_ENDED
        || !ended.isEmpty() && ended.getFirst().nanos() < nanos - REMEMBERED_NANOS) {
      Ended last = ended.removeFirst();
      byPid.remove(last.pid(), last.process());
    }
  }

  /** What was missed is read again, of processes that still run. */
  @Override
  public void lost() {
    byPid.clear();
    ended.clear();
  }

  private Process put(int pid, Process process) {
    byPid.remove(pid);
    byPid.put(pid, process);
    if (byPid.size() > MAX_PROCESSES) {
      forgetOldest(byPid.values().iterator());
    }
    return process;
  }

  /** Forgets the oldest processes where there are too many mappings in all. */
  private void count(int added) {
    uncounted += added;
    if (uncounted < MAX_UNCOUNTED) {
      return;
    }
    uncounted = 0;
    long mappings = mappings();
    Iterator<Process> oldest = byPid.values().iterator();
    while (mappings > MAX_MAPPINGS - MAX_UNCOUNTED && oldest.hasNext()) {
      mappings -= forgetOldest(oldest);
    }
  }

  /** Returns how many mappings are kept. */
  long mappings() {
    return byPid.values().stream().mapToLong(Process::mappings).sum();
  }

  private static int forgetOldest(Iterator<Process> oldest) {
    Process process = oldest.next();
    int mappings = process.mappings();
    // It may be among those that have ended, too.
    process.newestFirst.clear();
    oldest.remove();
    return mappings;
  }
}
