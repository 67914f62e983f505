package dev.uprobe.agent.node;

import dev.uprobe.agent.attach.AttachedProbe;
import dev.uprobe.agent.attach.Selection;
import dev.uprobe.agent.container.ContainerId;
import dev.uprobe.agent.kernel.Handle;
import dev.uprobe.agent.kernel.KernelException;
import dev.uprobe.agent.libbpf.BpfNumberSet;
import dev.uprobe.agent.trace.FileProbe;
import dev.uprobe.agent.trace.FileResult;
import dev.uprobe.plan.ProbePlan;
import dev.uprobe.v1alpha1.ProbeReport;
import dev.uprobe.v1alpha1.UprobeAttachment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One attachment on this node: its probes, and the containers that they are in. Used by one thread.
 */
final class NodeTrace implements Handle {
  /** As many containers as a node may have, and some that end meanwhile. */
  private static final int MAX_NAMESPACES = 4096;

  private final NodeTools tools;
  private final String name;
  private final BpfNumberSet mountNamespaces;
  private final Set<Integer> selected = new HashSet<>();
  private final Map<String, ContainerProbe> probes = new LinkedHashMap<>();
  private final Map<String, Counts> before = new HashMap<>();
  private final Map<ContainerId, ContainerState> containers = new LinkedHashMap<>();
  private final RecentEvents recent;

  /**
   * Starts a trace that is attached to nothing yet. Counts carry on from what the attachment's
   * status says, which an agent before this one has written.
   */
  NodeTrace(NodeTools tools, UprobeAttachment attachment) throws KernelException {
    this.tools = tools;
    this.name = attachment.getSpec().trace().name();
    this.recent =
        new RecentEvents(Optional.ofNullable(attachment.getSpec().recentEvents()).orElse(0));
    if (attachment.getStatus() != null) {
      for (ProbeReport each : attachment.getStatus().probes()) {
        before.put(each.name(), Counts.of(each));
      }
    }
    this.mountNamespaces =
        new BpfNumberSet(tools.environment(), "mount_namespaces", MAX_NAMESPACES);
  }

  /** Replaces the probes that are not as wanted; the others stay attached. */
  void setProbes(List<ProbePlan> wanted) throws KernelException {
    Set<ProbePlan> keep = new HashSet<>(wanted);
    List<ContainerProbe> gone =
        probes.values().stream().filter(each -> !keep.contains(each.plan())).toList();
    remove(gone);
    for (ProbePlan plan : wanted) {
      if (!probes.containsKey(plan.name())) {
        add(plan);
        containers.values().forEach(each -> each.results().remove(plan.name()));
      }
    }
  }

  private void add(ProbePlan plan) throws KernelException {
    Selection selection =
        new Selection(
            (int) ProcessHandle.current().pid(),
            OptionalInt.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.of(new Selection.Containers(mountNamespaces, tools.fields())));
    AttachedProbe probe = tools.probes().add(name, plan, selection);
    tools.sink().record(probe.probe().number(), recent);
    probes.put(
        plan.name(),
        new ContainerProbe(new FileProbe(probe, tools.sites(), tools.notices()), tools.files()));
  }

  private void remove(List<ContainerProbe> gone) throws KernelException {
    List<AttachedProbe> attached = gone.stream().map(ContainerProbe::probe).toList();
    tools.probes().detach(attached);
    for (ContainerProbe each : gone) {
      before.put(each.plan().name(), counts(each));
      tools.sink().forget(each.probe().probe().number());
      probes.remove(each.plan().name());
      containers.values().forEach(state -> state.results().remove(each.plan().name()));
    }
    tools.probes().remove(attached);
  }

  /**
   * Selects exactly the given containers, and attaches to those that are new, changed, or were not
   * done.
   *
   * @return whether another attempt may attach to more
   */
  boolean select(List<SelectedContainer> wanted, Set<ContainerId> changed) throws KernelException {
    selectNamespaces(
        wanted.stream()
            .flatMap(each -> each.container().mountNamespaces().stream())
            .map(Long::intValue)
            .collect(Collectors.toSet()));
    Set<ContainerId> ids =
        wanted.stream().map(each -> each.container().id()).collect(Collectors.toSet());
    containers.keySet().retainAll(ids);
    for (SelectedContainer each : wanted) {
      ContainerId id = each.container().id();
      ContainerState state =
          containers.computeIfAbsent(id, key -> new ContainerState(id, each.origin()));
      for (ContainerProbe probe : probes.values()) {
        FileResult known = state.results().get(probe.plan().name());
        if (!(known instanceof FileResult.Attached) || changed.contains(id)) {
          state.results().put(probe.plan().name(), probe.attach(each.container()));
        }
      }
    }
    return containers.values().stream().anyMatch(each -> !each.isReady());
  }

  private void selectNamespaces(Set<Integer> wanted) throws KernelException {
    for (int each : wanted) {
      if (selected.add(each)) {
        mountNamespaces.add(each);
      }
    }
    for (int each : List.copyOf(selected)) {
      if (!wanted.contains(each)) {
        mountNamespaces.remove(each);
        selected.remove(each);
      }
    }
  }

  /** Returns the containers, with what became of each probe. */
  List<ContainerState> containers() {
    return List.copyOf(containers.values());
  }

  /** Returns each probe with its counts, in the order of the spec. */
  List<ProbeState> probes() throws KernelException {
    List<ProbeState> states = new ArrayList<>();
    for (ContainerProbe each : probes.values()) {
      states.add(new ProbeState(each.plan().name(), each.probe().functions(), counts(each)));
    }
    return states;
  }

  private Counts counts(ContainerProbe probe) throws KernelException {
    Counts now = Counts.of(probe.probe().counters());
    return now.plus(before.getOrDefault(probe.plan().name(), Counts.NONE));
  }

  RecentEvents recent() {
    return recent;
  }

  @Override
  public void close() {
    List<AttachedProbe> attached = probes.values().stream().map(ContainerProbe::probe).toList();
    attached.forEach(each -> tools.sink().forget(each.probe().number()));
    tools.probes().remove(attached);
    mountNamespaces.close();
  }
}
