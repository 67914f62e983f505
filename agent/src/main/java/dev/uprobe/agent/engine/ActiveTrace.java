package dev.uprobe.agent.engine;

import dev.uprobe.agent.containers.ContainerCollection;
import dev.uprobe.agent.events.sinks.RecentEventBuffer;
import dev.uprobe.agent.node.AttachmentReport;
import dev.uprobe.agent.sys.libc.Handle;
import dev.uprobe.agent.sys.libc.KernelException;
import dev.uprobe.api.v1alpha1.AttachReason;
import dev.uprobe.api.v1alpha1.ProbeReport;
import dev.uprobe.api.v1alpha1.ProbeSpec;
import dev.uprobe.api.v1alpha1.UprobeAttachment;
import dev.uprobe.api.v1alpha1.UprobeAttachmentStatus;
import dev.uprobe.language.compile.InvalidTraceException;
import dev.uprobe.language.compile.Problem;
import dev.uprobe.language.compile.TraceCompiler;
import dev.uprobe.language.plan.ClusterPlan;
import dev.uprobe.language.plan.HostFilter;
import dev.uprobe.language.plan.ProbePlan;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One attachment on this node: its probes, and what of the node they reach. Used by one thread. */
public final class ActiveTrace implements Handle {
  private static final Duration RETRY_AFTER_REFUSAL = Duration.ofSeconds(2);

  private final EngineContext tools;
  private final ContainerCollection running;
  private final RecentEventBuffer recent;
  private final TraceProbes probes;
  private UprobeAttachment attachment;

  /** Which processes of the node itself are traced; empty for a trace of pods. */
  private Optional<HostFilter> host = Optional.empty();

  private Optional<TraceTarget> reach = Optional.empty();

  /** Why the spec cannot be carried out. */
  private Optional<AttachResult.Failed> invalid = Optional.empty();

  /** Why the kernel, or the node, does not let it be carried out now. */
  private Optional<AttachResult.Failed> refusal = Optional.empty();

  private long version;

  /**
   * Starts a trace that is attached to nothing yet. Counts and recent events carry on from what the
   * attachment's status says, which an agent before this one has written.
   */
  public ActiveTrace(
      EngineContext tools, ContainerCollection running, UprobeAttachment attachment) {
    this.tools = tools;
    this.running = running;
    this.attachment = attachment;
    Optional<UprobeAttachmentStatus> status = Optional.ofNullable(attachment.getStatus());
    this.recent =
        new RecentEventBuffer(
            recentEvents(attachment),
            status.map(UprobeAttachmentStatus::recentEvents).orElse(List.of()));
    List<ProbeReport> reported = status.map(UprobeAttachmentStatus::probes).orElse(List.of());
    this.probes =
        new TraceProbes(
            tools,
            attachment.getMetadata().getNamespace(),
            attachment.getSpec().trace().name(),
            recent,
            reported);
  }

  private static int recentEvents(UprobeAttachment attachment) {
    return Optional.ofNullable(attachment.getSpec().recentEvents()).orElse(0);
  }

  public UprobeAttachment attachment() {
    return attachment;
  }

  /** Returns a number that changes with every change but those of counts and events. */
  public long version() {
    return version;
  }

  /** Returns by which name of threads the trace selects; empty where it does not. */
  public Optional<String> comm() {
    return host.flatMap(HostFilter::comm);
  }

  /** Takes over a spec. Probes that are the same in both stay attached. */
  public void change(UprobeAttachment changed) throws KernelException {
    attachment = changed;
    version++;
    recent.limit(recentEvents(changed));
    probes.set(compile());
    reach.ifPresent(each -> each.retain(probes.loadedNames()));
  }

  private List<ProbePlan> compile() throws KernelException {
    try {
      ClusterPlan plan = TraceCompiler.compileForCluster(attachment.getSpec());
      invalid = Optional.empty();
      reachFor(plan.host());
      return plan.probes();
    } catch (InvalidTraceException e) {
      String problems =
          e.problems().stream().map(Problem::toString).collect(Collectors.joining("; "));
      invalid = Optional.of(failure(problems));
      return List.of();
    }
  }

  private static AttachResult.Failed failure(String message) {
    return new AttachResult.Failed(AttachReason.ATTACH_FAILED, message, "");
  }

  /** Programs decide by what they were loaded with, so another target needs other programs. */
  private void reachFor(Optional<HostFilter> wanted) throws KernelException {
    if (reach.isPresent() && host.equals(wanted)) {
      return;
    }
    probes.set(List.of());
    reach.ifPresent(TraceTarget::close);
    reach = Optional.empty();
    host = wanted;
  }

  /**
   * Selects what there is now, and attaches to what is new, or not done and due.
   *
   * @param seen processes that have mapped a file since
   * @param now by the clock of {@link System#nanoTime}
   */
  public void select(MappingDelta seen, long now) {
    if (invalid.isPresent() || host.isEmpty() && seen.isOutsideContainers()) {
      return;
    }
    Optional<AttachResult.Failed> before = refusal;
    try {
      TraceTarget reached = reach();
      Set<String> tried = probes.load(reached.select(), now);
      Set<String> untouched = new HashSet<>(probes.names());
      untouched.removeAll(tried);
      reached.retain(untouched);
      refusal = Optional.empty();
    } catch (KernelException e) {
      refusal = Optional.of(AttachResult.Failed.of(e));
    } catch (IOException e) {
      refusal = Optional.of(AttachResult.Failed.of(e));
    }
    boolean changed = !refusal.equals(before);
    if (refusal.isEmpty()) {
      changed |= reach.orElseThrow().attach(probes, seen, now);
    }
    if (changed) {
      version++;
    }
  }

  /** Finds the functions anew of probes that were taken off files whose content has changed. */
  public void filesChanged(long now) {
    Set<String> unchanged = new HashSet<>(probes.names());
    unchanged.removeAll(probes.forgetChangedFiles(now));
    if (unchanged.size() < probes.names().size()) {
      reach.ifPresent(each -> each.retain(unchanged));
      select(MappingDelta.NOTHING, now);
      version++;
    }
  }

  private TraceTarget reach() throws KernelException {
    if (reach.isEmpty()) {
      reach =
          Optional.of(
              host.isPresent()
                  ? new HostProcessesTarget(tools, host.get())
                  : new PodTarget(tools, running, () -> attachment));
    }
    return reach.get();
  }

  /** Returns how long it is until another attempt is due; empty where all is done. */
  public Optional<Duration> untilNext(long now) {
    if (invalid.isPresent()) {
      return Optional.empty();
    }
    if (refusal.isPresent()) {
      return Optional.of(RETRY_AFTER_REFUSAL);
    }
    return Stream.concat(
            probes.refused().values().stream().flatMap(each -> each.untilNext(now).stream()),
            reach.stream().flatMap(each -> each.untilNext(now).stream()))
        .min(Duration::compareTo);
  }

  /** Returns the status that the attachment has now. */
  public UprobeAttachmentStatus status(AttachmentReport report) throws KernelException {
    long generation = attachment.getMetadata().getGeneration();
    Optional<AttachResult.Failed> failure = invalid.or(() -> refusal);
    if (failure.isEmpty()) {
      return report.of(
          generation,
          reach.map(TraceTarget::states).orElse(List.of()),
          probes.states(),
          recent.newestFirst());
    }
    List<ProbeState> states = new ArrayList<>();
    for (ProbeSpec each : attachment.getSpec().probes()) {
      states.add(
          new ProbeState(
              each.name(),
              0,
              probes.counts(each.name()),
              Optional.empty(),
              probes.aggregate(each.name())));
    }
    return report.failed(generation, states, failure.get(), recent.newestFirst());
  }

  /** Tells what the kernel keeps, where it is time to. */
  public void tellAggregates(long now) throws KernelException {
    probes.tellAggregates(now);
  }

  /** Takes the probes off their functions; the counts are still told. */
  public void detach() {
    probes.detach();
  }

  @Override
  public void close() {
    probes.unload();
    reach.ifPresent(TraceTarget::close);
  }
}
