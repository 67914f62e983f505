package dev.uprobe.agent.engine;

import dev.uprobe.agent.sys.libc.Handle;
import dev.uprobe.agent.sys.libc.KernelException;
import dev.uprobe.api.v1alpha1.ProbeReport;
import dev.uprobe.language.plan.HostFilter;
import dev.uprobe.language.plan.ProbePlan;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** One trace: its probes, and the processes that it is about. Used by one thread. */
public final class ActiveTrace implements Handle {
  private static final Duration RETRY_AFTER_REFUSAL = Duration.ofSeconds(2);

  private final EngineContext context;
  private final TraceListener listener;
  private final TraceProbes probes;
  private Optional<TraceScope> scope = Optional.empty();
  private Optional<TraceTarget> target = Optional.empty();

  /** Why the kernel, or the host, does not let it be carried out now. */
  private Optional<AttachResult.Failed> refusal = Optional.empty();

  private boolean hasEnded;
  private long version;

  /**
   * Creates a trace without probes.
   *
   * @param namespace of the trace, where it has one
   * @param reported what an earlier agent counted, from which counts carry on
   */
  public ActiveTrace(
      EngineContext context,
      Optional<String> namespace,
      String name,
      TraceListener listener,
      List<ProbeReport> reported) {
    this.context = context;
    this.listener = listener;
    this.probes = new TraceProbes(context, namespace, name, listener, reported);
  }

  /**
   * Takes over what is to be traced. Probes that are the same as before stay attached, unless the
   * scope is another one: programs decide by what they were loaded with.
   */
  public void change(TraceScope wanted, List<ProbePlan> plans) throws KernelException {
    version++;
    if (!scope.equals(Optional.of(wanted))) {
      probes.set(List.of());
      target.ifPresent(TraceTarget::close);
      target = Optional.empty();
      scope = Optional.of(wanted);
    }
    probes.set(plans);
    target.ifPresent(each -> each.retain(probes.loadedNames()));
  }

  /** Removes all probes; their counts stay. */
  public void clear() throws KernelException {
    version++;
    probes.set(List.of());
    target.ifPresent(each -> each.retain(Set.of()));
  }

  /** Returns a number that changes with every change but those of counts and events. */
  public long version() {
    return version;
  }

  /** Returns which processes of the host the trace is about; empty for one of pods. */
  public Optional<HostFilter> host() {
    return scope.flatMap(
        wanted ->
            wanted instanceof TraceScope.Host host ? Optional.of(host.filter()) : Optional.empty());
  }

  boolean isOfPods() {
    return scope.filter(TraceScope.Pods.class::isInstance).isPresent();
  }

  /** Returns the paths of the host at which new versions of a program may appear. */
  Stream<String> paths() {
    return host().isEmpty() || hasEnded
        ? Stream.empty()
        : Stream.concat(host().get().binary().stream(), probes.paths());
  }

  /**
   * Selects the processes that there are now, and attaches to what is new, or not done and due.
   *
   * @param delta the processes that have mapped a file since
   * @param now by the clock of {@link System#nanoTime}
   */
  public void select(MappingDelta delta, long now) {
    if (hasEnded || scope.isEmpty() || isOfPods() && delta.isOutsideContainers()) {
      return;
    }
    Optional<AttachResult.Failed> before = refusal;
    try {
      TraceTarget current = target();
      Set<String> tried = probes.load(current.select(), now);
      Set<String> untouched = new HashSet<>(probes.names());
      untouched.removeAll(tried);
      current.retain(untouched);
      refusal = Optional.empty();
    } catch (KernelException e) {
      refusal = Optional.of(AttachResult.Failed.of(e));
    } catch (IOException e) {
      refusal = Optional.of(AttachResult.Failed.of(e));
    }
    boolean changed = !refusal.equals(before);
    if (refusal.isEmpty()) {
      changed |= target.orElseThrow().attach(probes, delta, now);
    }
    if (changed) {
      version++;
    }
  }

  private TraceTarget target() throws KernelException {
    if (target.isEmpty()) {
      target =
          Optional.of(
              scope.orElseThrow() instanceof TraceScope.Host host
                  ? new HostProcessesTarget(context, host.filter(), listener)
                  : new PodTarget(context, (TraceScope.Pods) scope.get()));
    }
    return target.get();
  }

  /** Finds the functions anew of probes that were taken off files whose content has changed. */
  void filesChanged(long now) {
    Set<String> unchanged = new HashSet<>(probes.names());
    unchanged.removeAll(probes.forgetChangedFiles(now));
    if (unchanged.size() < probes.names().size()) {
      target.ifPresent(each -> each.retain(unchanged));
      select(MappingDelta.NOTHING, now);
      version++;
    }
  }

  /** Returns how long it is until another attempt is due; empty where all is done. */
  Optional<Duration> untilNext(long now) {
    if (hasEnded || scope.isEmpty()) {
      return Optional.empty();
    }
    if (refusal.isPresent()) {
      return Optional.of(RETRY_AFTER_REFUSAL);
    }
    return Stream.concat(
            probes.refused().values().stream().flatMap(each -> each.untilNext(now).stream()),
            target.stream().flatMap(each -> each.untilNext(now).stream()))
        .min(Duration::compareTo);
  }

  /** Returns why the trace as a whole cannot be carried out now. */
  public Optional<AttachResult.Failed> refusal() {
    return refusal;
  }

  /** Returns what became of the probes: in each container, or on the host. */
  public List<ContainerState> containers() {
    return target.map(TraceTarget::states).orElse(List.of());
  }

  /** Returns the probes with their counts, in the order of the spec. */
  public List<ProbeState> probeStates() throws KernelException {
    return probes.states();
  }

  /** Returns how many functions a probe is attached to, over all files. */
  public int functions(String probe) {
    return probes.functions(probe);
  }

  /** Returns the state of a probe that is not to be carried out; its counts stay. */
  public ProbeState countsOf(String probe) throws KernelException {
    return new ProbeState(
        probe, 0, probes.counts(probe), Optional.empty(), probes.aggregate(probe));
  }

  /** Hands over the aggregates that are due. */
  void emitAggregates(long now) throws KernelException {
    probes.emitAggregates(now);
  }

  /** Ends the trace before the engine does: it attaches to nothing any more; its counts stay. */
  public void end() {
    hasEnded = true;
    probes.detach();
    probes.closeFiles();
  }

  public boolean hasEnded() {
    return hasEnded;
  }

  /** Hands over the aggregates a last time, once the probes are detached. */
  void emitLastAggregates() {
    probes.emitLastAggregates();
  }

  @Override
  public void close() {
    probes.unload();
    target.ifPresent(TraceTarget::close);
  }
}
