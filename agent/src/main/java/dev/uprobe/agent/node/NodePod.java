package dev.uprobe.agent.node;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A pod of this node, as far as tracing needs it.
 *
 * @param uid as the paths of its cgroups have it
 * @param containers the names of its containers that have been started, by their ids
 */
record NodePod(
    String uid,
    String namespace,
    String name,
    Map<String, String> labels,
    Map<String, String> containers,
    List<String> containerNames) {
  private static final String STATIC_POD_HASH = "kubernetes.io/config.hash";

  static NodePod of(Pod pod) {
    Map<String, String> containers = new HashMap<>();
    Stream.of(
            pod.getStatus().getContainerStatuses(),
            pod.getStatus().getInitContainerStatuses(),
            pod.getStatus().getEphemeralContainerStatuses())
        .flatMap(List::stream)
        .filter(each -> each.getContainerID() != null)
        .forEach(each -> containers.put(withoutRuntime(each), each.getName()));
    return new NodePod(
        uid(pod),
        pod.getMetadata().getNamespace(),
        pod.getMetadata().getName(),
        Optional.ofNullable(pod.getMetadata().getLabels()).orElse(Map.of()),
        Map.copyOf(containers),
        pod.getSpec().getContainers().stream().map(each -> each.getName()).toList());
  }

  /** The kubelet names the cgroups of a static pod by the hash of its file. */
  private static String uid(Pod pod) {
    return Optional.ofNullable(pod.getMetadata().getAnnotations())
        .map(each -> each.get(STATIC_POD_HASH))
        .orElse(pod.getMetadata().getUid());
  }

  /** An id reads {@code containerd://0123...}; cgroups have what follows the slashes. */
  private static String withoutRuntime(ContainerStatus status) {
    String id = status.getContainerID();
    return id.substring(id.lastIndexOf('/') + 1);
  }

  /**
   * Returns the name of a container. The status tells it seconds after the start; a pod with one
   * container needs no telling.
   */
  Optional<String> containerName(String id) {
    Optional<String> told = Optional.ofNullable(containers.get(id));
    return told.isEmpty() && containers.isEmpty() && containerNames.size() == 1
        ? Optional.of(containerNames.get(0))
        : told;
  }
}
