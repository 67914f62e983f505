package dev.uprobe.operator.schedule;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The fields of a pod that scheduling needs.
 *
 * @param node empty until the pod is scheduled
 * @param isOver whether its containers have ended for good
 * @param containers the names of its containers, with those sidecars that are init containers
 */
public record PodView(
    String namespace,
    Map<String, String> labels,
    Optional<String> node,
    boolean isOver,
    List<String> containers) {

  public static PodView of(Pod pod) {
    return new PodView(
        pod.getMetadata().getNamespace(),
        Optional.ofNullable(pod.getMetadata().getLabels()).orElse(Map.of()),
        Optional.ofNullable(pod.getSpec().getNodeName()).filter(name -> !name.isEmpty()),
        pod.getStatus() != null
            && ("Succeeded".equals(pod.getStatus().getPhase())
                || "Failed".equals(pod.getStatus().getPhase())),
        Stream.concat(
                pod.getSpec().getInitContainers().stream()
                    .filter(init -> "Always".equals(init.getRestartPolicy())),
                pod.getSpec().getContainers().stream())
            .map(Container::getName)
            .toList());
  }
}
