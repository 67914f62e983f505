package dev.uprobe.agent.host;

import dev.uprobe.agent.engine.Diagnostics;
import dev.uprobe.agent.engine.SelectedExecutables;
import dev.uprobe.agent.engine.link.AttachedProbe;
import dev.uprobe.agent.engine.link.ProbeSet;
import dev.uprobe.agent.engine.locate.SiteResolver;
import dev.uprobe.agent.engine.program.KernelOffsets;
import dev.uprobe.agent.engine.program.Selection;
import dev.uprobe.agent.events.decode.EventDecoder;
import dev.uprobe.agent.events.decode.EventReader;
import dev.uprobe.agent.events.model.EventSink;
import dev.uprobe.agent.events.stack.Stacks;
import dev.uprobe.agent.events.stack.SymbolizingSink;
import dev.uprobe.agent.process.files.HostFiles;
import dev.uprobe.agent.process.ifunc.IfuncResolver;
import dev.uprobe.agent.process.procfs.Processes;
import dev.uprobe.agent.process.watch.CommWatch;
import dev.uprobe.agent.process.watch.MappingWatch;
import dev.uprobe.agent.process.watch.PathWatch;
import dev.uprobe.agent.process.watch.ProcessEnd;
import dev.uprobe.agent.process.watch.WatchedFiles;
import dev.uprobe.agent.sys.libbpf.BpfEnvironment;
import dev.uprobe.agent.sys.libc.HandleStack;
import dev.uprobe.agent.sys.libc.KernelException;
import dev.uprobe.agent.sys.libc.Poller;
import dev.uprobe.language.plan.TracePlan;
import dev.uprobe.language.text.Sentence;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;

/**
 * Traces of this host while they run: this is where all parts of the agent are put together.
 *
 * <p>Three threads: one watches what processes map, one attaches, one hands events to the sink. A
 * fourth finds the functions of call stacks, if there are any.
 */
public final class TraceSession implements AutoCloseable {
  private static final Path PROC = Path.of("/proc");

  private final HandleStack handles = new HandleStack();
  private final Diagnostics notices;

  /** How often threads that ended within calls are looked for. */
  private static final Duration CALLS_LOOK = Duration.ofSeconds(5);

  /** To detach from so many functions one by one takes seconds. */
  private static final int MANY_LINKS = 50;

  private final ProbeSet probes;
  private final Poller poller;
  private final WatchedFiles watched;
  private final PathWatch paths;
  private final Stacks stacks;
  private final EventReader reader;
  private final List<HostTrace> traces = new ArrayList<>();
  private final HostAggregates aggregates;
  private final RefusedProbes refused = new RefusedProbes();
  private final LateAttaching attaching;
  private final List<Thread> threads = new ArrayList<>();
  private final CountDownLatch end = new CountDownLatch(1);
  private volatile Optional<IOException> sinkFailure = Optional.empty();

  private TraceSession(
      BpfEnvironment environment, int bufferSize, EventSink sink, Diagnostics notices)
      throws KernelException {
    this.notices = notices;
    this.attaching = new LateAttaching(traces, notices);
    try {
      this.probes = handles.push(new ProbeSet(environment, bufferSize));
      this.poller = handles.push(new Poller(environment.libc(), environment.architecture()));
      this.watched =
          handles.push(
              new WatchedFiles(environment.libc(), poller, attaching::filesChanged, notices::tell));
      this.paths =
          handles.push(
              new PathWatch(environment.libc(), poller, Path.of("/"), attaching::pathsChanged));
      // Before the first look at processes, so that none that starts meanwhile is overlooked.
      handles.push(
          new MappingWatch(
              environment.libc(),
              environment.architecture(),
              poller,
              attaching::follow,
              attaching::rescan));
      this.stacks = handles.push(new Stacks(environment, PROC));
      this.reader =
          new EventReader(
              probes.buffer(),
              new EventDecoder(probes::probe),
              new SymbolizingSink(sink, stacks::symbolise, probes.buffer()::wake));
      this.aggregates = new HostAggregates(reader::add, notices);
    } catch (KernelException | RuntimeException e) {
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
      Diagnostics notices)
      throws TraceException {
    try {
      TraceSession session = new TraceSession(environment, bufferSize, sink, notices);
      try {
        session.load(environment, plans);
        session.watchProcesses(environment);
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
    if (plans.stream().flatMap(each -> each.probes().stream()).anyMatch(p -> p.stack() > 0)) {
      followStacks();
    }
    HostFiles files = HostFiles.ofThisHost(environment.libc());
    Processes processes = new Processes(PROC);
    SiteResolver sites = new SiteResolver(new IfuncResolver(environment.libc(), processes));
    for (TracePlan plan : plans) {
      Optional<SelectedExecutables> executables = executables(environment, plan, files);
      traces.add(
          HostTrace.load(
              plan,
              executables,
              selection(environment, plan, executables),
              probes,
              files,
              sites,
              watched,
              notices,
              refused));
    }
  }

  private Optional<SelectedExecutables> executables(
      BpfEnvironment environment, TracePlan plan, HostFiles files) throws TraceException {
    Optional<String> binary = plan.host().binary();
    if (binary.isEmpty()) {
      return Optional.empty();
    }
    try {
      SelectedExecutables executables =
          handles.push(new SelectedExecutables(environment, files, binary.get()));
      executables.refresh(System.nanoTime());
      return Optional.of(executables);
    } catch (IOException e) {
      throw new TraceException("target.host.binary: " + Sentence.reason(e) + ".");
    } catch (KernelException e) {
      throw new TraceException(e.getMessage(), e.details());
    }
  }

  private static Selection selection(
      BpfEnvironment environment, TracePlan plan, Optional<SelectedExecutables> executables)
      throws TraceException {
    try {
      return HostSelection.of(
          plan.host(),
          executables.isPresent()
              ? Optional.of(executables.get().selection(KernelOffsets.find(environment)))
              : Optional.empty());
    } catch (KernelException e) {
      throw new TraceException(e.getMessage(), e.details());
    }
  }

  private void watchProcesses(BpfEnvironment environment) throws TraceException {
    Processes processes = new Processes(PROC);
    CommWatch comms =
        handles.push(
            new CommWatch(
                environment.libc(), environment.architecture(), poller, attaching::renamed));
    try {
      comms.watch(
          traces.stream()
              .flatMap(each -> each.plan().host().comm().stream())
              .collect(Collectors.toSet()));
      for (HostTrace trace : traces) {
        if (trace.plan().host().pid().isPresent()) {
          int pid = trace.plan().host().pid().getAsInt();
          String name = pid + processes.comm(pid).map(each -> " (" + each + ")").orElse("");
          handles.push(
              new ProcessEnd(
                  environment.libc(),
                  processes,
                  poller,
                  pid,
                  () ->
                      attaching.schedule(
                          Duration.ZERO, () -> finish(trace, "Process " + name + " has ended."))));
        }
      }
    } catch (IOException e) {
      throw new TraceException("target.host.pid: " + e.getMessage());
    } catch (KernelException e) {
      throw new TraceException(e.getMessage(), e.details());
    }
  }

  private void followStacks() throws TraceException {
    try {
      stacks.follow();
    } catch (KernelException e) {
      throw new TraceException(e.getMessage(), e.details());
    }
  }

  private void attach() throws TraceException {
    watchPaths();
    List<HostProbe> all = traces.stream().flatMap(each -> each.probes().stream()).toList();
    FirstLook.attach(all, refused).forEach(attaching::retry);
    int wanted = traces.stream().mapToInt(each -> each.plan().probes().size()).sum();
    refused.tell(wanted, notices);
  }

  /** Before files are looked for, so that none that is replaced meanwhile is overlooked. */
  private void watchPaths() {
    Set<String> watched = new HashSet<>();
    for (HostTrace trace : traces) {
      trace.plan().host().binary().ifPresent(watched::add);
      trace.probes().forEach(each -> each.path().ifPresent(watched::add));
    }
    paths.watch(
        watched.stream()
            .map(each -> Path.of(each).toAbsolutePath().toString())
            .collect(Collectors.toSet()));
  }

  private void startThreads() {
    for (HostTrace trace : traces) {
      trace
          .plan()
          .deadline()
          .ifPresent(
              deadline ->
                  attaching.schedule(
                      deadline,
                      () ->
                          finish(
                              trace,
                              "Trace "
                                  + trace.plan().name()
                                  + " has reached its activeDeadlineSeconds.")));
    }
    followAggregates();
    // A program may have been replaced between the first look at its path and the watch of it.
    attaching.refreshExecutables();
    attaching.schedule(CALLS_LOOK, this::forgetEndedCalls);
    startThread("watch", poller);
    startThread("events", this::readEvents);
  }

  private void followAggregates() {
    for (HostTrace trace : traces) {
      trace.probes().forEach(each -> aggregates.add(each.probe(), trace.plan().namespace()));
    }
    if (!aggregates.isEmpty()) {
      attaching.schedule(HostAggregates.LOOK, this::tellAggregates);
    }
  }

  private void forgetEndedCalls() {
    try {
      probes.forgetEndedCalls();
    } catch (KernelException e) {
      notices.tell(e.getMessage());
    }
    attaching.refreshExecutables();
    attaching.schedule(CALLS_LOOK, this::forgetEndedCalls);
  }

  private void tellAggregates() {
    aggregates.tellDue();
    attaching.schedule(HostAggregates.LOOK, this::tellAggregates);
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

  private void finish(HostTrace trace, String reason) {
    notices.tell(reason);
    probes.detach(trace.finish());
    trace.close();
    if (traces.stream().allMatch(each -> each.probes().isEmpty())) {
      stop();
    }
  }

  /** Returns how many functions the probes are attached to, over all files. */
  public int functions() {
    return probes.functions();
  }

  /** Returns what became of each probe's hits so far. */
  public List<ProbeSummary> summary() throws TraceException {
    try {
      List<ProbeSummary> summaries = new ArrayList<>();
      for (AttachedProbe each : probes.probes()) {
        summaries.add(
            new ProbeSummary(
                each.probe().trace(),
                each.probe().plan().name(),
                each.functions(),
                each.counters(),
                each.probe().unwritten()));
      }
      return summaries;
    } catch (KernelException e) {
      throw new TraceException(e.getMessage(), e.details());
    }
  }

  /**
   * Waits until {@link #stop} is called, all traces reach their deadlines or the ends of their
   * processes, or the sink fails.
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
    tellOfWait();
    endThreads();
    if (sinkFailure.isPresent()) {
      throw sinkFailure.get();
    }
  }

  private void tellOfWait() {
    int links = probes.slowLinks();
    if (links >= MANY_LINKS) {
      notices.tell(
          "Detaching from "
              + links
              + " functions; before Linux 6.6 the kernel lets go of them one by one, in up to a"
              + " tenth of a second each; another Ctrl-C ends at once.");
    }
  }

  private void endThreads() throws InterruptedException {
    poller.stop();
    attaching.stop();
    probes.detach();
    aggregates.tellLast();
    reader.stop();
    for (Thread thread : threads) {
      thread.join();
    }
  }

  /** Gives everything back to the kernel; what {@link #finish} does is done first. */
  @Override
  public void close() {
    boolean ended = false;
    boolean interrupted = false;
    while (!ended) {
      try {
        endThreads();
        ended = true;
      } catch (InterruptedException e) {
        // The threads use what is about to be closed, so they are waited for all the same.
        interrupted = true;
      }
    }
    handles.close();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
