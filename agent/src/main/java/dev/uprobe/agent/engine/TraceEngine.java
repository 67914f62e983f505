package dev.uprobe.agent.engine;

import dev.uprobe.agent.engine.link.ProbeSet;
import dev.uprobe.agent.engine.locate.SiteResolver;
import dev.uprobe.agent.events.decode.EventDecoder;
import dev.uprobe.agent.events.decode.EventReader;
import dev.uprobe.agent.events.model.ContainerResolver;
import dev.uprobe.agent.events.model.EventSink;
import dev.uprobe.agent.events.stack.Stacks;
import dev.uprobe.agent.events.stack.SymbolizingSink;
import dev.uprobe.agent.process.files.HostFiles;
import dev.uprobe.agent.process.ifunc.IfuncResolver;
import dev.uprobe.agent.process.procfs.Processes;
import dev.uprobe.agent.process.watch.CommWatch;
import dev.uprobe.agent.process.watch.MappingWatch;
import dev.uprobe.agent.process.watch.PathWatch;
import dev.uprobe.agent.process.watch.WatchedFiles;
import dev.uprobe.agent.sys.libbpf.BpfEnvironment;
import dev.uprobe.agent.sys.libc.HandleStack;
import dev.uprobe.agent.sys.libc.KernelException;
import dev.uprobe.agent.sys.libc.Poller;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;

/**
 * Carries out traces, for the command line as for a node of a cluster. This is where its parts are
 * put together.
 *
 * <p>Three threads: "trace" changes what is attached ({@link TracingLoop}), "watch" waits for what
 * the kernel reports of processes and files, and "events" reads the ring buffer and writes to the
 * sink.
 */
public final class TraceEngine implements AutoCloseable {
  private static final Path PROC = Path.of("/proc");

  private final HandleStack handles = new HandleStack();
  private final Diagnostics diagnostics;
  private final ProbeSet probes;
  private final Poller poller;
  private final EventReader reader;
  private final ActiveTraces traces;
  private final TracingLoop loop;
  private final BiConsumer<String, Throwable> onFailure;
  private final List<Thread> threads = new CopyOnWriteArrayList<>();

  /**
   * What an engine is made of.
   *
   * @param bufferSize of the ring buffer in bytes, a power of two and at least a page
   * @param sink takes the events; the caller closes it, after the engine
   * @param host where files of processes are looked for
   * @param root of the host's file system, in which paths are watched; empty where a container
   *     hides it
   * @param pods the containers of the node; empty where there is no cluster
   * @param containers tells which container events come from
   * @param onFailure gets the name of a thread that has failed, and why; the engine is to be ended
   */
  public record Parts(
      BpfEnvironment environment,
      int bufferSize,
      EventSink sink,
      HostFiles host,
      Optional<Path> root,
      Optional<EngineContext.Pods> pods,
      ContainerResolver containers,
      Diagnostics diagnostics,
      BiConsumer<String, Throwable> onFailure) {}

  /** Puts the engine together; it traces nothing yet, but what happens from now on is seen. */
  public TraceEngine(Parts parts) throws KernelException {
    BpfEnvironment environment = parts.environment();
    this.diagnostics = parts.diagnostics();
    this.onFailure = parts.onFailure();
    try {
      this.probes = handles.push(new ProbeSet(environment, parts.bufferSize()));
      this.poller = handles.push(new Poller(environment.libc(), environment.architecture()));
      Stacks stacks = handles.push(new Stacks(environment, PROC));
      this.reader =
          new EventReader(
              probes.buffer(),
              new EventDecoder(probes::probe),
              new SymbolizingSink(parts.sink(), stacks::symbolise, probes.buffer()::wake));
      WatchedFiles watched =
          handles.push(
              new WatchedFiles(environment.libc(), poller, this::filesChanged, diagnostics::warn));
      CommWatch comms =
          handles.push(
              new CommWatch(environment.libc(), environment.architecture(), poller, this::renamed));
      Optional<PathWatch> paths =
          parts
              .root()
              .map(
                  root ->
                      handles.push(
                          new PathWatch(environment.libc(), poller, root, this::pathsChanged)));
      this.traces =
          handles.push(
              new ActiveTraces(
                  new EngineContext(
                      environment,
                      probes,
                      parts.host(),
                      parts.pods(),
                      new SiteResolver(new IfuncResolver(environment.libc(), new Processes(PROC))),
                      watched,
                      new ProcessWatches(
                          environment.libc(), poller, comms, paths, this::processEnded),
                      stacks,
                      reader::add,
                      parts.containers(),
                      diagnostics)));
      this.loop = new TracingLoop(traces, new Processes(PROC));
      // Before the first look at processes, so that none that starts meanwhile is overlooked.
      handles.push(
          new MappingWatch(
              environment.libc(), environment.architecture(), poller, loop::mapped, loop::rescan));
    } catch (KernelException | RuntimeException e) {
      handles.close();
      throw e;
    }
  }

  /** Starts to follow processes and files, and to write events. */
  public void start() {
    loop.start();
    startThread("watch", poller);
    startThread("events", reader);
  }

  private void startThread(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setUncaughtExceptionHandler((ended, e) -> onFailure.accept(name, e));
    thread.start();
    threads.add(thread);
  }

  private void renamed(int pid) {
    loop.changed(pid);
  }

  private void processEnded() {
    loop.change(traces::refresh);
  }

  private void filesChanged() {
    loop.change(traces::filesChanged);
  }

  private void pathsChanged() {
    loop.change(traces::rescan);
  }

  /** Returns the traces, which only the tracing thread may use. */
  public ActiveTraces traces() {
    return traces;
  }

  public TracingLoop loop() {
    return loop;
  }

  /** Returns all probes in the kernel; their counters may be read by any thread. */
  public ProbeSet probes() {
    return probes;
  }

  /** Returns whether events are read and processes followed. */
  public boolean isAlive() {
    return threads.stream().allMatch(Thread::isAlive);
  }

  /**
   * Takes the probes off, and writes what was captured before. May be called again after an
   * interrupt.
   *
   * @param last runs on the tracing thread once the probes are off
   * @param longest how long detaching may take
   */
  public void stop(Runnable last, Duration longest) throws InterruptedException {
    poller.stop();
    boolean isDone =
        loop.stop(
            () -> {
              traces.detach();
              last.run();
            },
            longest);
    if (!isDone) {
      diagnostics.warn("The probes were not all detached in time; they end with this process.");
    }
    reader.stop();
    for (Thread thread : threads) {
      thread.join();
    }
  }

  /** Gives everything back to the kernel, after {@link #stop}. */
  @Override
  public void close() {
    handles.close();
  }
}
