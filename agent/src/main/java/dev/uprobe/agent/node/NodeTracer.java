package dev.uprobe.agent.node;

import dev.uprobe.agent.containers.Container;
import dev.uprobe.agent.containers.ContainerCollection;
import dev.uprobe.agent.containers.ContainerId;
import dev.uprobe.agent.containers.NodePod;
import dev.uprobe.agent.engine.ActiveTrace;
import dev.uprobe.agent.engine.EngineContext;
import dev.uprobe.agent.engine.MappingDelta;
import dev.uprobe.agent.metrics.TraceStatus;
import dev.uprobe.agent.sys.libc.Handle;
import dev.uprobe.agent.sys.libc.KernelException;
import dev.uprobe.api.v1alpha1.UprobeAttachment;
import dev.uprobe.api.v1alpha1.UprobeAttachmentStatus;
import dev.uprobe.language.text.Sentence;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Carries out the attachments of this node: brings what is attached in line with what is wanted,
 * whatever of both has changed. Used by one thread.
 */
final class NodeTracer implements Handle {
  private final EngineContext tools;
  private final ContainerCollection containers;
  private final AttachmentReport report;
  private final AttachmentCheck check;
  private final UnsignedAttachments unsigned;
  private final Map<String, ActiveTrace> byUid = new LinkedHashMap<>();

  NodeTracer(
      EngineContext tools,
      ContainerCollection containers,
      AttachmentReport report,
      AttachmentCheck check) {
    this.tools = tools;
    this.containers = containers;
    this.report = report;
    this.check = check;
    this.unsigned = new UnsignedAttachments(tools.notices());
  }

  /** Is handed the statuses that it asks for. */
  interface Reports {
    /**
     * Tells whether a status is wanted.
     *
     * @param version differs from the last one where more than counts and events has changed
     */
    boolean isDue(UprobeAttachment attachment, long version);

    void accept(UprobeAttachment attachment, UprobeAttachmentStatus status);
  }

  /** Takes over an attachment that is new or has changed, if the operator has signed it. */
  void put(UprobeAttachment attachment) throws KernelException {
    String uid = attachment.getMetadata().getUid();
    ActiveTrace known = byUid.get(uid);
    boolean isKnown =
        known == null ? unsigned.contains(attachment) : isSameSpec(known.attachment(), attachment);
    if (isKnown && !AttachmentCheck.isGoing(attachment)) {
      return;
    }
    switch (check.of(attachment)) {
      case CARRY_OUT -> carryOut(attachment);
      case NOT_SIGNED -> {
        remove(attachment);
        unsigned.add(attachment);
      }
      case IGNORE -> remove(attachment);
    }
  }

  private void carryOut(UprobeAttachment attachment) throws KernelException {
    String uid = attachment.getMetadata().getUid();
    unsigned.remove(uid);
    ActiveTrace trace =
        byUid.computeIfAbsent(uid, key -> new ActiveTrace(tools, containers, attachment));
    trace.change(attachment);
    watchComms();
    list();
    selectAll(MappingDelta.NOTHING);
  }

  private static boolean isSameSpec(UprobeAttachment one, UprobeAttachment other) {
    return one.getMetadata().getGeneration().equals(other.getMetadata().getGeneration());
  }

  /** Ends an attachment. */
  void remove(UprobeAttachment attachment) {
    unsigned.remove(attachment.getMetadata().getUid());
    ActiveTrace known = byUid.remove(attachment.getMetadata().getUid());
    if (known != null) {
      known.close();
      watchComms();
    }
  }

  /** The kernel tells of names only while a trace goes by one. */
  private void watchComms() {
    try {
      tools
          .processes()
          .comms()
          .watch(
              byUid.values().stream()
                  .flatMap(each -> each.comm().stream())
                  .collect(Collectors.toSet()));
    } catch (KernelException e) {
      tools.notices().tell(e.getMessage());
    }
  }

  /** Takes note of a pod that is new or has changed. */
  void put(NodePod pod) {
    if (containers.put(pod) && !byUid.isEmpty()) {
      list();
      selectAll(MappingDelta.NOTHING);
    }
  }

  void remove(NodePod pod) {
    containers.remove(pod);
    selectAll(MappingDelta.NOTHING);
  }

  /** Looks at processes that have mapped files. */
  void follow(Set<Integer> pids) {
    if (byUid.isEmpty()) {
      return;
    }
    try {
      Map<ContainerId, Container> seen = new HashMap<>();
      for (int pid : pids) {
        containers
            .look(pid)
            .ifPresent(each -> seen.merge(each.id(), each, ContainerCollection::together));
      }
      selectAll(new MappingDelta(false, pids, seen));
    } catch (IOException e) {
      tools.notices().tell(unlisted(e));
    }
  }

  /** Selects containers of which some of these are the first processes, and run no program yet. */
  void expect(Set<Integer> pids) {
    if (byUid.isEmpty()) {
      return;
    }
    boolean any = false;
    try {
      for (int pid : pids) {
        any |= containers.expect(pid);
      }
    } catch (IOException e) {
      tools.notices().tell(unlisted(e));
    }
    if (any) {
      selectAll(MappingDelta.NOTHING);
    }
  }

  /** Returns whether there is nothing to carry out. */
  boolean isIdle() {
    return byUid.isEmpty();
  }

  /** Looks at all processes, and tries again what was not done and is due. */
  void refresh() {
    if (!byUid.isEmpty()) {
      list();
      selectAll(MappingDelta.NOTHING);
      forgetEndedCalls();
    }
  }

  private void forgetEndedCalls() {
    try {
      tools.probes().forgetEndedCalls();
    } catch (KernelException e) {
      tools.notices().tell(e.getMessage());
    }
  }

  /** Looks at all processes as if each had just mapped what it has. */
  void rescan() {
    if (!byUid.isEmpty()) {
      list();
      selectAll(MappingDelta.EVERYTHING);
    }
  }

  /** Attaches anew to files whose content has changed. */
  void filesChanged() {
    long now = System.nanoTime();
    byUid.values().forEach(each -> each.filesChanged(now));
  }

  private void list() {
    try {
      containers.refresh();
    } catch (IOException e) {
      tools.notices().tell(unlisted(e));
    }
  }

  private static String unlisted(IOException e) {
    return "The processes of this node cannot be listed: " + Sentence.reason(e) + ".";
  }

  private void selectAll(MappingDelta seen) {
    long now = System.nanoTime();
    byUid.values().forEach(each -> each.select(seen, now));
  }

  /**
   * Returns how long it is until {@link #refresh} has something to try; empty where all is done.
   */
  Optional<Duration> untilNext() {
    long now = System.nanoTime();
    return byUid.values().stream()
        .flatMap(each -> each.untilNext(now).stream())
        .min(Duration::compareTo);
  }

  /** Hands over the statuses that are due. */
  void report(Reports reports) {
    reportUnsigned(reports);
    for (ActiveTrace each : byUid.values()) {
      if (reports.isDue(each.attachment(), each.version())) {
        try {
          reports.accept(each.attachment(), each.status(report));
        } catch (KernelException e) {
          tools.notices().tell(e.getMessage());
        }
      }
    }
  }

  /** Hands over the statuses of those that are not carried out. */
  private void reportUnsigned(Reports reports) {
    for (UprobeAttachment each : unsigned.all()) {
      long generation = each.getMetadata().getGeneration();
      if (reports.isDue(each, generation)) {
        reports.accept(each, report.refused(generation, UnsignedAttachments.FAILURE));
      }
    }
  }

  /** Returns the status that each trace has now, oldest first. */
  List<TraceStatus> statuses() {
    List<TraceStatus> statuses = new ArrayList<>();
    for (ActiveTrace each : byUid.values()) {
      UprobeAttachment attachment = each.attachment();
      try {
        statuses.add(
            new TraceStatus(
                attachment.getMetadata().getNamespace(),
                attachment.getSpec().trace().name(),
                each.status(report)));
      } catch (KernelException e) {
        tools.notices().tell(e.getMessage());
      }
    }
    return statuses;
  }

  /** Tells what the kernel keeps, where it is time to. */
  void tellAggregates() throws KernelException {
    long now = System.nanoTime();
    for (ActiveTrace each : byUid.values()) {
      each.tellAggregates(now);
    }
  }

  /** Takes all probes off their functions; what they counted can still be reported. */
  void detach() {
    byUid.values().forEach(ActiveTrace::detach);
  }

  @Override
  public void close() {
    byUid.values().forEach(ActiveTrace::close);
    byUid.clear();
  }
}
