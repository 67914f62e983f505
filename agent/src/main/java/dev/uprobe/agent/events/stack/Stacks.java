package dev.uprobe.agent.events.stack;

import dev.uprobe.agent.events.model.Event;
import dev.uprobe.agent.process.procfs.Processes;
import dev.uprobe.agent.process.watch.ProcessWatch;
import dev.uprobe.agent.sys.libbpf.BpfEnvironment;
import dev.uprobe.agent.sys.libc.Handle;
import dev.uprobe.agent.sys.libc.HandleStack;
import dev.uprobe.agent.sys.libc.KernelException;
import dev.uprobe.agent.sys.libc.Threads;
import dev.uprobe.agent.sys.libc.WakeableSleep;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Finds the functions of call stacks on a thread of its own: reading the symbols of a large file
 * takes long enough for the ring buffer to overflow.
 *
 * <p>Costs nothing until the first probe asks for stacks.
 */
public final class Stacks implements Handle {
  private static final int MAX_WAIT_MILLIS = 60_000;

  private final BpfEnvironment environment;
  private final Processes processes;
  private final AddressSpaces spaces;
  private final Symbolizer symboliser;
  private final HandleStack handles = new HandleStack();
  private final Queue<Runnable> work = new ConcurrentLinkedQueue<>();
  private volatile Optional<Running> running = Optional.empty();
  private volatile boolean stopped;

  private record Running(WakeableSleep sleeper, Thread thread) {}

  /**
   * @param proc where the proc file system is mounted
   */
  public Stacks(BpfEnvironment environment, Path proc) {
    this.environment = environment;
    this.processes = new Processes(proc);
    this.spaces = new AddressSpaces(processes::mappings);
    this.symboliser = new Symbolizer(spaces, new CodeFiles(environment.libc(), proc));
  }

  /**
   * Follows what processes do from now on, so that their addresses can be told apart when they have
   * ended. To be called before a probe with stacks is attached; does nothing when it is done.
   *
   * @throws KernelException when the kernel does not let this program watch processes
   */
  public synchronized void follow() throws KernelException {
    if (running.isPresent()) {
      return;
    }
    ProcessWatch watch =
        handles.push(new ProcessWatch(environment.libc(), environment.architecture()));
    WakeableSleep sleeper = handles.push(new WakeableSleep(environment.libc(), watch.fds()));
    Thread thread = new Thread(() -> run(watch, sleeper), "stacks");
    running = Optional.of(new Running(sleeper, thread));
    thread.start();
    CompletableFuture.runAsync(this::lookAtAll, this::execute).join();
  }

  private void run(ProcessWatch watch, WakeableSleep sleeper) {
    while (!stopped) {
      watch.drain(spaces);
      Runnable next = work.poll();
      if (next == null) {
        sleeper.sleep(MAX_WAIT_MILLIS);
      } else {
        next.run();
      }
    }
  }

  private void lookAtAll() {
    try {
      processes.pids().forEach(spaces::look);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void execute(Runnable task) {
    work.add(task);
    running.ifPresent(each -> each.sleeper().wake());
  }

  /**
   * Finds the functions of the events' stacks; {@link #follow} must have been called.
   *
   * @return the events in the same order
   */
  public CompletableFuture<List<Event>> symbolise(List<Event> events) {
    return CompletableFuture.supplyAsync(
        () -> events.stream().map(symboliser::symbolise).toList(), this::execute);
  }

  @Override
  public synchronized void close() {
    stopped = true;
    running.ifPresent(
        each -> {
          each.sleeper().wake();
          Threads.join(each.thread());
        });
    handles.close();
  }
}
