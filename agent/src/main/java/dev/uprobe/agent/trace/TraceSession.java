package dev.uprobe.agent.trace;

import dev.uprobe.agent.attach.AttachedProbe;
import dev.uprobe.agent.attach.KernelFields;
import dev.uprobe.agent.attach.ProbeSet;
import dev.uprobe.agent.attach.Selection;
import dev.uprobe.agent.event.EventDecoder;
import dev.uprobe.agent.event.EventSink;
import dev.uprobe.agent.kernel.HandleStack;
import dev.uprobe.agent.kernel.KernelException;
import dev.uprobe.agent.libbpf.BpfEnvironment;
import dev.uprobe.agent.target.FileIdentity;
import dev.uprobe.agent.target.HostFiles;
import dev.uprobe.agent.target.IfuncResolver;
import dev.uprobe.agent.target.KernelFiles;
import dev.uprobe.agent.target.MappingWatch;
import dev.uprobe.agent.target.Processes;
import dev.uprobe.plan.HostFilter;
import dev.uprobe.plan.TracePlan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Traces of this host while they run: this is where all parts of the agent are put together.
 *
 * <p>Three threads: one attaches, one watches what processes map, one writes events.
 */
public final class TraceSession implements AutoCloseable {
  private static final Path PROC = Path.of("/proc");

  /** An ifunc is chosen soon after its file is mapped, when the dynamic linker relocates it. */
  private static final Duration FIRST_RETRY = Duration.ofMillis(2);

  private static final Duration LAST_RETRY = Duration.ofSeconds(4);

  private final HandleStack handles = new HandleStack();
  private final Notices notices;
  private final EventSink sink;
  private final ProbeSet probes;
  private final MappingWatch watch;
  private final EventReader reader;
  private final List<HostTrace> traces = new ArrayList<>();
  private final ScheduledExecutorService attaching = Executors.newSingleThreadScheduledExecutor();
  private final List<Thread> threads = new ArrayList<>();
  private final CountDownLatch end = new CountDownLatch(1);
  private volatile Optional<IOException> sinkFailure = Optional.empty();

  private TraceSession(BpfEnvironment environment, int bufferSize, EventSink sink, Notices notices)
      throws KernelException {
    this.notices = notices;
    this.sink = sink;
    try {
      this.probes = handles.push(new ProbeSet(environment, bufferSize));
      this.watch =
          handles.push(
              new MappingWatch(
                  environment.libc(),
                  environment.architecture(),
                  mapping -> onAttachThread(() -> follow(mapping)),
                  () -> onAttachThread(this::rescan)));
      this.reader = new EventReader(probes.buffer(), new EventDecoder(probes::probe), this.sink);
    } catch (KernelException | RuntimeException e) {
      attaching.shutdown();
      handles.close();
      throw e;
    }
  }

  /**
   * Attaches all traces, and starts to write their events.
   *
   * @param bufferSize of the ring buffer in bytes, a power of two and at least a page
   * @param sink gets the events; it is the caller's to close, after the session
   * @throws TraceException when a trace cannot run; then nothing is attached
   */
  public static TraceSession start(
      BpfEnvironment environment,
      List<TracePlan> plans,
      int bufferSize,
      EventSink sink,
      Notices notices)
      throws TraceException {
    try {
      TraceSession session = new TraceSession(environment, bufferSize, sink, notices);
      try {
        session.load(environment, plans);
        session.attach();
        session.startThreads();
        return session;
      } catch (TraceException | RuntimeException e) {
        session.close();
        throw e;
      }
    } catch (KernelException e) {
      throw new TraceException(e.getMessage(), e.details());
    }
  }

  private void load(BpfEnvironment environment, List<TracePlan> plans) throws TraceException {
    HostFiles files = HostFiles.ofThisHost();
    Processes processes = new Processes(PROC);
    KernelFiles kernelFiles = new KernelFiles(environment.libc(), processes);
    ProbeSites sites = new ProbeSites(new IfuncResolver(processes));
    for (TracePlan plan : plans) {
      Selection selection = selection(plan.host(), kernelFiles, environment);
      traces.add(HostTrace.load(plan, selection, probes, files, sites, notices));
    }
  }

  private static Selection selection(HostFilter host, KernelFiles files, BpfEnvironment environment)
      throws TraceException {
    int self = (int) ProcessHandle.current().pid();
    try {
      Optional<Selection.Executable> executable = Optional.empty();
      if (host.binary().isPresent()) {
        FileIdentity file = files.of(Path.of(host.binary().get()));
        executable = Optional.of(new Selection.Executable(file, KernelFields.find(environment)));
      }
      return new Selection(self, host.pid(), host.comm(), executable);
    } catch (IOException e) {
      throw new TraceException("target.host.binary: " + e.getMessage() + ".");
    } catch (KernelException e) {
      throw new TraceException(e.getMessage(), e.details());
    }
  }

  private void attach() throws TraceException {
    for (HostTrace trace : traces) {
      for (HostProbe probe : trace.attachNow()) {
        schedule(() -> attachLater(probe, probe.filter(), FIRST_RETRY), FIRST_RETRY);
      }
    }
  }

  private void startThreads() {
    for (HostTrace trace : traces) {
      trace.plan().deadline().ifPresent(deadline -> schedule(() -> finish(trace), deadline));
    }
    startThread("watch", watch);
    startThread("events", this::readEvents);
  }

  private void startThread(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.start();
    threads.add(thread);
  }

  private void readEvents() {
    try {
      reader.run();
    } catch (UncheckedIOException e) {
      sinkFailure = Optional.of(e.getCause());
      stop();
    }
  }

  private void follow(MappingWatch.NewMapping mapping) {
    for (HostTrace trace : traces) {
      for (HostProbe probe : trace.concernedBy(mapping)) {
        attachLater(probe, probe.filter(mapping.pid()), FIRST_RETRY);
      }
    }
  }

  /** Some mappings were not told: looks at all processes instead. */
  private void rescan() {
    for (HostTrace trace : traces) {
      trace.probes().forEach(each -> attachLater(each, each.filter(), FIRST_RETRY));
    }
  }

  private void attachLater(HostProbe probe, HostFilter which, Duration wait) {
    if (probe.attachLater(which)) {
      Duration next = wait.compareTo(LAST_RETRY) < 0 ? wait.multipliedBy(2) : LAST_RETRY;
      schedule(() -> attachLater(probe, which, next), wait);
    }
  }

  private void finish(HostTrace trace) {
    notices.tell("Trace " + trace.plan().name() + " has reached its activeDeadlineSeconds.");
    probes.detach(trace.finish());
    if (traces.stream().allMatch(each -> each.probes().isEmpty())) {
      stop();
    }
  }

  private void onAttachThread(Runnable work) {
    schedule(work, Duration.ZERO);
  }

  private void schedule(Runnable work, Duration wait) {
    try {
      attaching.schedule(() -> guarded(work), wait.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      // The session ends, and so does the need to attach.
      return;
    }
  }

  /** A scheduled task's exception would vanish. */
  private void guarded(Runnable work) {
    try {
      work.run();
    } catch (RuntimeException e) {
      notices.tell("Internal error while attaching: " + e + ".");
    }
  }

  /** Returns how many functions the probes are attached to, over all files. */
  public int functions() {
    return probes.probes().stream().mapToInt(AttachedProbe::functions).sum();
  }

  /** Returns what became of each probe's hits so far. */
  public List<ProbeSummary> summary() throws TraceException {
    List<ProbeSummary> summaries = new ArrayList<>();
    for (AttachedProbe each : probes.probes()) {
      try {
        summaries.add(
            new ProbeSummary(
                each.probe().trace(),
                each.probe().plan().name(),
                each.functions(),
                each.counters()));
      } catch (KernelException e) {
        throw new TraceException(e.getMessage(), e.details());
      }
    }
    return summaries;
  }

  /**
   * Waits until {@link #stop} is called, every trace has reached its deadline, or the sink fails.
   */
  public void await() throws InterruptedException {
    end.await();
  }

  /** Ends {@link #await}, from any thread. */
  public void stop() {
    end.countDown();
  }

  /**
   * Takes the probes out of the kernel, and writes what was captured before.
   *
   * @throws IOException when the sink has failed
   */
  public void finish() throws IOException, InterruptedException {
    watch.stop();
    attaching.shutdownNow();
    attaching.awaitTermination(1, TimeUnit.MINUTES);
    probes.detach();
    reader.stop();
    for (Thread thread : threads) {
      thread.join();
    }
    if (sinkFailure.isPresent()) {
      throw sinkFailure.get();
    }
  }

  /** Gives everything back to the kernel; after {@link #finish}, or when the start has failed. */
  @Override
  public void close() {
    attaching.shutdownNow();
    handles.close();
  }
}
