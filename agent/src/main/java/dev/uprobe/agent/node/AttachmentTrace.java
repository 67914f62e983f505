package dev.uprobe.agent.node;

import dev.uprobe.agent.engine.ActiveTrace;
import dev.uprobe.agent.engine.AttachResult;
import dev.uprobe.agent.engine.EngineContext;
import dev.uprobe.agent.engine.ProbeState;
import dev.uprobe.agent.engine.TraceListener;
import dev.uprobe.agent.engine.TraceScope;
import dev.uprobe.agent.sys.libc.KernelException;
import dev.uprobe.api.v1alpha1.AttachReason;
import dev.uprobe.api.v1alpha1.ProbeSpec;
import dev.uprobe.api.v1alpha1.UprobeAttachment;
import dev.uprobe.api.v1alpha1.UprobeAttachmentStatus;
import dev.uprobe.language.compile.InvalidTraceException;
import dev.uprobe.language.compile.Problem;
import dev.uprobe.language.compile.TraceCompiler;
import dev.uprobe.language.plan.ClusterPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** An attachment that this node carries out. Used by the tracing thread. */
final class AttachmentTrace {
  private final RecentEventsSink sink;
  private final RecentEventBuffer recent;
  private final ActiveTrace active;
  private final TraceScope pods;
  private UprobeAttachment attachment;

  /** Why the spec cannot be carried out. */
  private Optional<AttachResult.Failed> invalid = Optional.empty();

  /**
   * Starts a trace that is attached to nothing yet. Counts and recent events carry on from what the
   * attachment's status says, which an agent before this one has written.
   */
  AttachmentTrace(EngineContext context, RecentEventsSink sink, UprobeAttachment attachment) {
    this.sink = sink;
    this.attachment = attachment;
    Optional<UprobeAttachmentStatus> status = Optional.ofNullable(attachment.getStatus());
    this.recent =
        new RecentEventBuffer(
            recentEvents(attachment),
            status.map(UprobeAttachmentStatus::recentEvents).orElse(List.of()));
    this.active =
        new ActiveTrace(
            context,
            Optional.of(attachment.getMetadata().getNamespace()),
            attachment.getSpec().trace().name(),
            listener(),
            status.map(UprobeAttachmentStatus::probes).orElse(List.of()));
    this.pods = new TraceScope.Pods(this::selectedPods);
  }

  private TraceListener listener() {
    return new TraceListener() {
      @Override
      public void loaded(int number) {
        sink.record(number, recent);
      }

      @Override
      public void unloaded(int number) {
        sink.forget(number);
      }
    };
  }

  private static int recentEvents(UprobeAttachment attachment) {
    return Optional.ofNullable(attachment.getSpec().recentEvents()).orElse(0);
  }

  private TraceScope.PodSelection selectedPods() {
    return new TraceScope.PodSelection(
        attachment.getMetadata().getNamespace(), attachment.getSpec().target());
  }

  UprobeAttachment attachment() {
    return attachment;
  }

  ActiveTrace active() {
    return active;
  }

  /** Takes over a spec. Probes that are the same in both stay attached. */
  void change(UprobeAttachment changed) throws KernelException {
    attachment = changed;
    recent.limit(recentEvents(changed));
    try {
      ClusterPlan plan = TraceCompiler.compileForCluster(changed.getSpec());
      invalid = Optional.empty();
      TraceScope scope = plan.host().<TraceScope>map(TraceScope.Host::new).orElse(pods);
      active.change(scope, plan.probes());
    } catch (InvalidTraceException e) {
      String problems =
          e.problems().stream().map(Problem::toString).collect(Collectors.joining("; "));
      invalid = Optional.of(new AttachResult.Failed(AttachReason.ATTACH_FAILED, problems, ""));
      active.clear();
    }
  }

  /** Returns the status that the attachment has now. */
  UprobeAttachmentStatus status(AttachmentReport report) throws KernelException {
    long generation = attachment.getMetadata().getGeneration();
    Optional<AttachResult.Failed> failure = invalid.or(active::refusal);
    if (failure.isEmpty()) {
      return report.of(generation, active.containers(), active.probeStates(), recent.newestFirst());
    }
    List<ProbeState> states = new ArrayList<>();
    for (ProbeSpec probe : attachment.getSpec().probes()) {
      states.add(active.countsOf(probe.name()));
    }
    return report.failed(generation, states, failure.get(), recent.newestFirst());
  }
}
