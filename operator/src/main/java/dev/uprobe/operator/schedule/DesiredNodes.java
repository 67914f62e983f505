package dev.uprobe.operator.schedule;

import dev.uprobe.api.v1alpha1.Target;
import dev.uprobe.api.v1alpha1.UprobeTraceSpec;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The nodes that a trace should run on.
 *
 * @param containers how many containers match on each node; 1 for the host itself
 * @param matchingPods the pods that the selector selects, on any node and with any containers
 */
public record DesiredNodes(SortedMap<String, Integer> containers, int matchingPods) {

  private static final String OS = "kubernetes.io/os";
  private static final String LINUX = "linux";

  public static final DesiredNodes NONE = new DesiredNodes(new TreeMap<>(), 0);

  /**
   * Finds the nodes.
   *
   * @param pods pods of the trace's namespace, at least all that its selector selects
   * @param nodes the labels of each node, where the target or the node selector depends on them
   */
  public static DesiredNodes of(
      UprobeTraceSpec spec, List<PodView> pods, Map<String, Map<String, String>> nodes) {
    return spec.target().host() != null
        ? hosts(spec.nodeSelector(), nodes)
        : podsOf(spec, pods, nodes);
  }

  private static DesiredNodes hosts(
      Map<String, String> selector, Map<String, Map<String, String>> nodes) {
    SortedMap<String, Integer> desired = new TreeMap<>();
    nodes.keySet().stream()
        .filter(node -> isSelected(node, selector, nodes) && isLinux(nodes.get(node)))
        .forEach(node -> desired.put(node, 1));
    return new DesiredNodes(desired, 0);
  }

  private static boolean isLinux(Map<String, String> labels) {
    return labels.getOrDefault(OS, LINUX).equals(LINUX);
  }

  private static DesiredNodes podsOf(
      UprobeTraceSpec spec, List<PodView> pods, Map<String, Map<String, String>> nodes) {
    List<PodView> matching =
        pods.stream()
            .filter(pod -> !pod.isOver())
            .filter(pod -> spec.target().podSelector().matches(pod.labels()))
            .toList();
    SortedMap<String, Integer> desired = new TreeMap<>();
    for (PodView pod : matching) {
      int containers = matchingContainers(pod, spec.target());
      pod.node()
          .filter(node -> containers > 0 && isSelected(node, spec.nodeSelector(), nodes))
          .ifPresent(node -> desired.merge(node, containers, Integer::sum));
    }
    return new DesiredNodes(desired, matching.size());
  }

  private static int matchingContainers(PodView pod, Target target) {
    return (int)
        pod.containers().stream()
            .filter(name -> target.container() == null || target.container().equals(name))
            .count();
  }

  private static boolean isSelected(
      String node, Map<String, String> selector, Map<String, Map<String, String>> nodes) {
    return selector.isEmpty()
        || nodes.getOrDefault(node, Map.of()).entrySet().containsAll(selector.entrySet());
  }
}
