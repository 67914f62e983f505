package dev.uprobe.agent.host;

import dev.uprobe.agent.engine.ActiveTrace;
import dev.uprobe.agent.engine.Diagnostics;
import dev.uprobe.agent.engine.TraceEngine;
import dev.uprobe.agent.engine.TraceScope;
import dev.uprobe.agent.engine.TracingLoop;
import dev.uprobe.agent.engine.link.AttachedProbe;
import dev.uprobe.agent.events.model.ContainerResolver;
import dev.uprobe.agent.events.model.EventSink;
import dev.uprobe.agent.process.files.HostFiles;
import dev.uprobe.agent.sys.libbpf.BpfEnvironment;
import dev.uprobe.agent.sys.libc.KernelException;
import dev.uprobe.language.plan.TracePlan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;

/** Traces of one host from start to end: the engine's front end without a cluster. */
public final class HostSession implements AutoCloseable {
  /** To detach from so many functions one by one takes seconds. */
  private static final int MANY_LINKS = 50;

  /** Before Linux 6.6 each function takes up to a tenth of a second. */
  private static final Duration LONGEST_DETACH = Duration.ofHours(1);

  /** To detach takes well under a second where one link holds all functions. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Diagnostics diagnostics;
  private final TraceEngine engine;
  private final List<HostTrace> traces = new ArrayList<>();
  private final CountDownLatch end = new CountDownLatch(1);
  private volatile Optional<IOException> sinkFailure = Optional.empty();

  private HostSession(
      BpfEnvironment environment, int bufferSize, EventSink sink, Diagnostics diagnostics)
      throws KernelException {
    this.diagnostics = diagnostics;
    this.engine =
        new TraceEngine(
            new TraceEngine.Parts(
                environment,
                bufferSize,
                sink,
                HostFiles.ofThisHost(environment.libc()),
                Optional.of(Path.of("/")),
                Optional.empty(),
                ContainerResolver.none(),
                diagnostics,
                this::failed));
  }

  /**
   * Attaches all traces, and starts to write their events.
   *
   * @param bufferSize of the ring buffer in bytes, a power of two and at least a page
   * @param sink takes the events; the caller closes it, after the session
   * @throws TraceException when a trace cannot run; then nothing is attached
   */
  public static HostSession start(
      BpfEnvironment environment,
      List<TracePlan> plans,
      int bufferSize,
      EventSink sink,
      Diagnostics diagnostics)
      throws TraceException {
    try {
      HostSession session = new HostSession(environment, bufferSize, sink, diagnostics);
      try {
        session.attach(plans);
        session.engine.start();
        return session;
      } catch (TraceException | RuntimeException e) {
        session.close();
        throw e;
      }
    } catch (KernelException e) {
      throw new TraceException(e.getMessage(), e.details());
    }
  }

  private void attach(List<TracePlan> plans) throws TraceException {
    RefusedProbes refused = new RefusedProbes();
    for (TracePlan plan : plans) {
      traces.add(new HostTrace(plan, engine.traces().context(), diagnostics, this::ended));
    }
    onTracingThread(
        () -> {
          for (HostTrace trace : traces) {
            trace.active().change(new TraceScope.Host(trace.plan().host()), trace.plan().probes());
          }
          engine.traces().put(traces.stream().map(HostTrace::active).toList());
        });
    for (HostTrace trace : traces) {
      trace.checkStart(refused);
    }
    int probes = plans.stream().mapToInt(each -> each.probes().size()).sum();
    refused.warn(probes, diagnostics);
    traces.forEach(this::setDeadline);
  }

  private void onTracingThread(TracingLoop.Change change) throws TraceException {
    try {
      engine.loop().run(change);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TraceException("Interrupted before all probes were attached.");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof KernelException cause) {
        throw new TraceException(cause.getMessage(), cause.details());
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  private void setDeadline(HostTrace trace) {
    trace
        .plan()
        .deadline()
        .ifPresent(
            deadline ->
                engine
                    .loop()
                    .after(
                        deadline,
                        () ->
                            ended(
                                trace,
                                "Trace "
                                    + trace.plan().name()
                                    + " has reached its activeDeadlineSeconds.")));
  }

  private void ended(HostTrace trace, String sentence) {
    if (!trace.active().hasEnded()) {
      diagnostics.warn(sentence);
      trace.active().end();
    }
    if (traces.stream().map(HostTrace::active).allMatch(ActiveTrace::hasEnded)) {
      stop();
    }
  }

  private void failed(String thread, Throwable e) {
    if (e instanceof UncheckedIOException output) {
      sinkFailure = Optional.of(output.getCause());
    } else {
      diagnostics.fail("The tracer cannot continue without its thread " + thread, e);
    }
    stop();
  }

  /** Returns how many functions the probes are attached to, over all files. */
  public int functions() {
    return engine.probes().functions();
  }

  /** Returns what became of each probe's hits so far. */
  public List<ProbeSummary> summary() throws TraceException {
    try {
      List<ProbeSummary> summaries = new ArrayList<>();
      for (AttachedProbe probe : engine.probes().probes()) {
        summaries.add(
            new ProbeSummary(
                probe.probe().trace(),
                probe.probe().plan().name(),
                probe.functions(),
                probe.counters(),
                probe.probe().unwritten()));
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
    warnOfWait();
    Thread patience = new Thread(this::warnIfStuck, "patience");
    patience.setDaemon(true);
    patience.start();
    try {
      engine.stop(() -> {}, LONGEST_DETACH);
    } finally {
      patience.interrupt();
    }
    if (sinkFailure.isPresent()) {
      throw sinkFailure.get();
    }
  }

  /** The kernel lets go of a probe only once every program that it interrupted goes on. */
  private void warnIfStuck() {
    try {
      Thread.sleep(PATIENCE.toMillis());
    } catch (InterruptedException e) {
      // All is detached.
      return;
    }
    if (engine.probes().slowLinks() == 0) {
      diagnostics.warn(
          "Detaching waits for a traced program that itself waits for memory: for a page of a file"
              + " system that does not answer, or of userfaultfd. It ends as soon as the page comes,"
              + " or that program is killed.");
    }
  }

  private void warnOfWait() {
    int links = engine.probes().slowLinks();
    if (links >= MANY_LINKS) {
      diagnostics.warn(
          "Detaching from "
              + links
              + " functions; before Linux 6.6 the kernel detaches them one by one, in up to a"
              + " tenth of a second each; another Ctrl-C ends at once.");
    }
  }

  /** Gives everything back to the kernel; does what {@link #finish} does first. */
  @Override
  public void close() {
    boolean hasEnded = false;
    boolean isInterrupted = false;
    while (!hasEnded) {
      try {
        engine.stop(() -> {}, LONGEST_DETACH);
        hasEnded = true;
      } catch (InterruptedException e) {
        // The threads use what is about to be closed, so they are waited for all the same.
        isInterrupted = true;
      }
    }
    engine.close();
    if (isInterrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
