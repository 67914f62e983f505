package dev.uprobe.agent.process.watch;

import dev.uprobe.agent.sys.libc.Architecture;
import dev.uprobe.agent.sys.libc.Handle;
import dev.uprobe.agent.sys.libc.HandleStack;
import dev.uprobe.agent.sys.libc.KernelException;
import dev.uprobe.agent.sys.libc.Libc;
import dev.uprobe.agent.sys.libc.Poller;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.function.IntConsumer;

/**
 * Reports processes of which a thread is given one of some names, at any time of its life. The
 * kernel tells of names as PERF_RECORD_COMM (perf_event_open(2)); it is asked to only while there
 * are names to wait for.
 */
public final class CommWatch implements Handle {
  private static final PerfBuffer.Kind KIND = new PerfBuffer.Kind(PerfRecord.COMM, 0, 8, 1);

  private final Libc libc;
  private final Architecture architecture;
  private final Poller poller;
  private final IntConsumer listener;
  private final HandleStack buffers = new HandleStack();
  private volatile Set<String> names = Set.of();

  /**
   * Creates one that waits for no names yet.
   *
   * @param listener gets the process, on the poller's thread
   */
  public CommWatch(Libc libc, Architecture architecture, Poller poller, IntConsumer listener) {
    this.libc = libc;
    this.architecture = architecture;
    this.poller = poller;
    this.listener = listener;
  }

  /** Waits for exactly these names from now on. */
  public synchronized void watch(Set<String> wanted) throws KernelException {
    boolean isIdle = names.isEmpty();
    names = Set.copyOf(wanted);
    if (names.isEmpty()) {
      buffers.close();
    } else if (isIdle) {
      open();
    }
  }

  private void open() throws KernelException {
    try {
      for (int cpu : MappingWatch.onlineCpus()) {
        PerfBuffer buffer = buffers.push(new PerfBuffer(libc, architecture, cpu, KIND));
        poller.add(buffer.fd(), () -> drain(buffer));
        buffers.push(() -> poller.remove(buffer.fd()));
      }
    } catch (KernelException e) {
      names = Set.of();
      buffers.close();
      throw e;
    }
  }

  /** Buffers are closed by another thread than the one that reads them. */
  private synchronized void drain(PerfBuffer buffer) {
    if (!names.isEmpty()) {
      buffer.drain(this::take);
    }
  }

  private void take(ByteBuffer record) {
    PerfRecord.renamed(record)
        .filter(each -> names.contains(each.comm()))
        .ifPresent(each -> listener.accept(each.pid()));
  }

  @Override
  public synchronized void close() {
    names = Set.of();
    buffers.close();
  }
}
