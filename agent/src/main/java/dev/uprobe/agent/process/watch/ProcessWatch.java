package dev.uprobe.agent.process.watch;

import dev.uprobe.agent.process.procfs.Mapping;
import dev.uprobe.agent.sys.libc.Architecture;
import dev.uprobe.agent.sys.libc.Handle;
import dev.uprobe.agent.sys.libc.HandleStack;
import dev.uprobe.agent.sys.libc.KernelException;
import dev.uprobe.agent.sys.libc.Libc;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Tells what code every process of the host has in its memory, and since when: also of processes
 * that have ended by the time this is read. Used by one thread.
 */
public final class ProcessWatch implements Handle {
  private static final PerfBuffer.Kind KIND =
      new PerfBuffer.Kind(
          PerfRecord.MMAP
              | PerfRecord.MMAP2
              | PerfRecord.COMM
              | PerfRecord.COMM_EXEC
              | PerfRecord.TASK
              | PerfRecord.SAMPLE_ID_ALL
              | PerfRecord.USE_CLOCK,
          PerfRecord.PERF_SAMPLE_TIME,
          32,
          32 * 1024);

  private final HandleStack handles = new HandleStack();
  private final List<PerfBuffer> buffers = new ArrayList<>();

  /** What was read, in the order of time, but is too new to be sure that all before it was read. */
  private List<Timed> pending = new ArrayList<>();

  private record Timed(long nanos, PerfRecord record) {}

  /** Is told what processes do, in the order of time; times are of CLOCK_MONOTONIC. */
  public interface Listener {
    /** A process has mapped code. */
    void mapped(long nanos, int pid, Mapping mapping);

    /** A process runs another program from now on; nothing of the old one is mapped any more. */
    void executed(long nanos, int pid);

    /** A process has a child, which has everything mapped as itself. */
    void forked(long nanos, int pid, int parent);

    /** A process has ended. */
    void ended(long nanos, int pid);

    /** Some of the above was not told. */
    void lost();
  }

  /** Starts to watch; what happens from now on is told by {@link #drain}. */
  public ProcessWatch(Libc libc, Architecture architecture) throws KernelException {
    try {
      for (int cpu : MappingWatch.onlineCpus()) {
        buffers.add(handles.push(new PerfBuffer(libc, architecture, cpu, KIND)));
      }
    } catch (KernelException | RuntimeException e) {
      handles.close();
      throw e;
    }
  }

  /** Descriptors that become readable when there is much to drain. */
  public int[] fds() {
    return buffers.stream().mapToInt(PerfBuffer::fd).toArray();
  }

  /** Tells all that happened before this call. */
  public void drain(Listener listener) {
    // On Linux, nanoTime reads CLOCK_MONOTONIC.
    long now = System.nanoTime();
    boolean[] lost = new boolean[1];
    for (PerfBuffer buffer : buffers) {
      buffer.drain(
          bytes -> {
            PerfRecord record = PerfRecord.of(bytes);
            if (record instanceof PerfRecord.Lost) {
              lost[0] = true;
            } else if (!(record instanceof PerfRecord.Other)) {
              pending.add(new Timed(PerfRecord.time(bytes), record));
            }
          });
    }
    if (lost[0]) {
      listener.lost();
    }
    pending.sort(Comparator.comparingLong(Timed::nanos));
    List<Timed> newer = new ArrayList<>();
    for (Timed each : pending) {
      if (each.nanos() > now) {
        newer.add(each);
      } else {
        tell(each, listener);
      }
    }
    pending = newer;
  }

  private static void tell(Timed each, Listener listener) {
    if (each.record() instanceof PerfRecord.Mapped mapped) {
      listener.mapped(each.nanos(), mapped.pid(), mapped.mapping());
    } else if (each.record() instanceof PerfRecord.Executed executed) {
      listener.executed(each.nanos(), executed.pid());
    } else if (each.record() instanceof PerfRecord.Forked forked) {
      if (forked.pid() != forked.parent()) {
        listener.forked(each.nanos(), forked.pid(), forked.parent());
      }
    } else if (each.record() instanceof PerfRecord.Ended ended && ended.pid() == ended.tid()) {
      listener.ended(each.nanos(), ended.pid());
    }
  }

  @Override
  public void close() {
    handles.close();
  }
}
