package dev.uprobe.agent.node;

import dev.uprobe.agent.container.ContainerId;
import dev.uprobe.agent.kernel.Handle;
import dev.uprobe.agent.kernel.KernelException;
import dev.uprobe.agent.target.MappingWatch.NewMapping;
import dev.uprobe.compile.InvalidTraceException;
import dev.uprobe.compile.Problem;
import dev.uprobe.compile.TraceCompiler;
import dev.uprobe.plan.ClusterPlan;
import dev.uprobe.v1alpha1.ProbeSpec;
import dev.uprobe.v1alpha1.UprobeAttachment;
import dev.uprobe.v1alpha1.UprobeAttachmentStatus;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/**
 * Carries out the attachments of this node: brings what is attached in line with what is wanted,
 * whatever of both has changed. Used by one thread.
 */
final class NodeTracer implements Handle {
  private static final String HOST_UNSUPPORTED =
      "this agent traces pods only; give target.podSelector instead of target.host";

  private final NodeTools tools;
  private final NodeContainers containers;
  private final AttachmentReport report;
  private final Map<String, Running> byUid = new HashMap<>();

  NodeTracer(NodeTools tools, NodeContainers containers, AttachmentReport report) {
    this.tools = tools;
    this.containers = containers;
    this.report = report;
  }

  /**
   * An attachment that is carried out.
   *
   * @param failure why it cannot be; empty where it can
   */
  private record Running(UprobeAttachment attachment, NodeTrace trace, String failure) {
    String uid() {
      return attachment.getMetadata().getUid();
    }
  }

  /** Takes over an attachment that is new or has changed. */
  void put(UprobeAttachment attachment) throws KernelException {
    String uid = attachment.getMetadata().getUid();
    Running known = byUid.get(uid);
    if (known != null
        && known
            .attachment()
            .getMetadata()
            .getGeneration()
            .equals(attachment.getMetadata().getGeneration())) {
      return;
    }
    NodeTrace trace = known == null ? new NodeTrace(tools, attachment) : known.trace();
    String failure = "";
    try {
      ClusterPlan plan = TraceCompiler.compileForCluster(attachment.getSpec());
      failure = plan.host().isPresent() ? HOST_UNSUPPORTED : "";
      trace.setProbes(failure.isEmpty() ? plan.probes() : List.of());
    } catch (InvalidTraceException e) {
      failure = e.problems().stream().map(Problem::toString).collect(Collectors.joining("; "));
    } catch (KernelException e) {
      failure = e.getMessage();
    }
    byUid.put(uid, new Running(attachment, trace, failure));
    select(byUid.get(uid), Set.of());
  }

  /** Ends an attachment. */
  void remove(UprobeAttachment attachment) {
    Running known = byUid.remove(attachment.getMetadata().getUid());
    if (known != null) {
      known.trace().close();
    }
  }

  /** Takes note of a pod that is new or has changed. */
  void put(NodePod pod) throws KernelException {
    containers.put(pod);
    selectAll(Set.of());
  }

  void remove(NodePod pod) throws KernelException {
    containers.remove(pod);
    selectAll(Set.of());
  }

  /** Looks at the process that has mapped a file. */
  void follow(NewMapping mapping) throws KernelException {
    if (byUid.isEmpty()) {
      return;
    }
    try {
      Optional<ContainerId> container = containers.refresh(mapping.pid());
      if (container.isPresent()) {
        selectAll(Set.of(container.get()));
      }
    } catch (IOException e) {
      tools.notices().tell(unlisted(e));
    }
  }

  /**
   * Looks at all processes, and tries again what was not done.
   *
   * @return whether another attempt may attach to more
   */
  boolean refresh() throws KernelException {
    try {
      containers.refresh();
    } catch (IOException e) {
      tools.notices().tell(unlisted(e));
    }
    return selectAll(Set.of());
  }

  private static String unlisted(IOException e) {
    return "The processes of this node cannot be listed: " + e.getMessage() + ".";
  }

  private boolean selectAll(Set<ContainerId> changed) throws KernelException {
    boolean more = false;
    for (Running each : byUid.values()) {
      more |= select(each, changed);
    }
    return more;
  }

  private boolean select(Running running, Set<ContainerId> changed) throws KernelException {
    if (!running.failure().isEmpty()) {
      return false;
    }
    UprobeAttachment attachment = running.attachment();
    List<SelectedContainer> selected =
        containers.selectedBy(
            attachment.getMetadata().getNamespace(), attachment.getSpec().target());
    return running.trace().select(selected, changed);
  }

  /** Hands over each attachment with the status that it has now. */
  void report(BiConsumer<UprobeAttachment, UprobeAttachmentStatus> reports) throws KernelException {
    for (Running each : new ArrayList<>(byUid.values())) {
      reports.accept(each.attachment(), status(each));
    }
  }

  private UprobeAttachmentStatus status(Running running) throws KernelException {
    long generation = running.attachment().getMetadata().getGeneration();
    NodeTrace trace = running.trace();
    return running.failure().isEmpty()
        ? report.of(generation, trace.containers(), trace.probes(), trace.recent().newestFirst())
        : report.failed(
            generation,
            running.attachment().getSpec().probes().stream().map(ProbeSpec::name).toList(),
            running.failure());
  }

  @Override
  public void close() {
    byUid.values().forEach(each -> each.trace().close());
    byUid.clear();
  }
}
