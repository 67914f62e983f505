package dev.uprobe.agent.process.watch;

import dev.uprobe.agent.process.procfs.FileIdentity;
import dev.uprobe.agent.process.procfs.Mapping;
import dev.uprobe.agent.sys.libc.Architecture;
import dev.uprobe.agent.sys.libc.Handle;
import dev.uprobe.agent.sys.libc.HandleStack;
import dev.uprobe.agent.sys.libc.KernelException;
import dev.uprobe.agent.sys.libc.Libc;
import dev.uprobe.agent.sys.libc.Poller;
import dev.uprobe.language.text.Sentence;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/**
 * Tells of every file that any process of the host maps as code: programs as they start, and
 * libraries as they are loaded, whenever that is.
 *
 * <p>The kernel reports them as PERF_RECORD_MMAP2 (perf_event_open(2), kernel 3.16), one buffer a
 * CPU; nothing is woken while no program starts.
 */
public final class MappingWatch implements Handle {
  private static final Path ONLINE = Path.of("/sys/devices/system/cpu/online");

  /** One byte is enough to be woken: a program that starts is to be seen at once. */
  private static final PerfBuffer.Kind KIND =
      new PerfBuffer.Kind(PerfRecord.MMAP | PerfRecord.MMAP2, 0, 16, 1);

  private final Consumer<NewMapping> listener;
  private final Runnable lostListener;
  private final HandleStack handles = new HandleStack();

  /**
   * A file that a process has just mapped as code.
   *
   * @param path in the process's own file system
   */
  public record NewMapping(int pid, String path, FileIdentity file) {}

  /**
   * Starts to watch; what happens from now on is told while the poller runs.
   *
   * @param listener is told of each mapping, on the poller's thread
   * @param lostListener is told when there were more mappings than the kernel could keep
   */
  public MappingWatch(
      Libc libc,
      Architecture architecture,
      Poller poller,
      Consumer<NewMapping> listener,
      Runnable lostListener)
      throws KernelException {
    this.listener = listener;
    this.lostListener = lostListener;
    try {
      for (int cpu : onlineCpus()) {
        PerfBuffer buffer = handles.push(new PerfBuffer(libc, architecture, cpu, KIND));
        poller.add(buffer.fd(), () -> buffer.drain(this::take));
        handles.push(() -> poller.remove(buffer.fd()));
      }
    } catch (KernelException | RuntimeException e) {
      handles.close();
      throw e;
    }
  }

  static List<Integer> onlineCpus() throws KernelException {
    try {
      return CpuList.parse(Files.readString(ONLINE));
    } catch (IOException e) {
      throw new KernelException("Cannot read " + ONLINE + ": " + Sentence.reason(e) + ".", 0, "");
    }
  }

  private void take(ByteBuffer bytes) {
    PerfRecord record = PerfRecord.of(bytes);
    if (record instanceof PerfRecord.Mapped mapped && mapped.mapping().file().inode() != 0) {
      Mapping mapping = mapped.mapping();
      listener.accept(new NewMapping(mapped.pid(), mapping.path(), mapping.file()));
    } else if (record instanceof PerfRecord.Lost) {
      lostListener.run();
    }
  }

  @Override
  public void close() {
    handles.close();
  }
}
