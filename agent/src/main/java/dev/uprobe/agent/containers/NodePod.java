package dev.uprobe.agent.containers;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A pod of this node, as far as tracing needs it.
 *
 * @param uid as the paths of its cgroups have it
 * @param containers the names of its containers that have been started, by their ids
 * @param containerNames those that its spec names
 */
public record NodePod(
    String uid,
    String namespace,
    String name,
    Map<String, String> labels,
    Map<String, String> containers,
    List<String> containerNames) {
  private static final String STATIC_POD_HASH = "kubernetes.io/config.hash";

  public NodePod {
    labels = Map.copyOf(labels);
    containers = Map.copyOf(containers);
    containerNames = List.copyOf(containerNames);
  }

  /** Reads a pod, of which any part but its metadata may be missing. */
  public static NodePod of(Pod pod) {
    ObjectMeta metadata = pod.getMetadata();
    return new NodePod(
        uid(metadata),
        metadata.getNamespace(),
        metadata.getName(),
        Optional.ofNullable(metadata.getLabels()).orElse(Map.of()),
        started(Optional.ofNullable(pod.getStatus())),
        named(Optional.ofNullable(pod.getSpec())));
  }

  /** The kubelet names the cgroups of a static pod by the hash of its file. */
  private static String uid(ObjectMeta metadata) {
    return uidAnnotation(metadata).getOrDefault(STATIC_POD_HASH, metadata.getUid());
  }

  /** Returns the annotations that decide the uid. */
  public static Map<String, String> uidAnnotation(ObjectMeta metadata) {
    return Optional.ofNullable(metadata.getAnnotations())
        .map(each -> each.get(STATIC_POD_HASH))
        .map(hash -> Map.of(STATIC_POD_HASH, hash))
        .orElse(Map.of());
  }

  private static Map<String, String> started(Optional<PodStatus> status) {
    return status.stream()
        .flatMap(
            each ->
                Stream.of(
                    each.getContainerStatuses(),
                    each.getInitContainerStatuses(),
                    each.getEphemeralContainerStatuses()))
        .flatMap(Stream::ofNullable)
        .flatMap(Collection::stream)
        .filter(each -> each.getContainerID() != null && !each.getContainerID().isEmpty())
        .collect(
            Collectors.toMap(
                NodePod::withoutRuntime, ContainerStatus::getName, (one, other) -> one));
  }

  private static List<String> named(Optional<PodSpec> spec) {
    return spec.stream()
        .flatMap(each -> Stream.of(each.getInitContainers(), each.getContainers()))
        .flatMap(Stream::ofNullable)
        .flatMap(Collection::stream)
        .map(Container::getName)
        .toList();
  }

  /** An id reads {@code containerd://0123...}; cgroups have what follows the slashes. */
  private static String withoutRuntime(ContainerStatus status) {
    String id = status.getContainerID();
    return id.substring(id.lastIndexOf('/') + 1);
  }

  /** Returns the name of a container that the status tells of, seconds after its start. */
  public Optional<String> containerName(String id) {
    return Optional.ofNullable(containers.get(id));
  }

  /**
   * Returns the name of what runs before the status tells of any container, where there is but one
   * that it can be, besides the pod's sandbox.
   */
  Optional<String> onlyContainer() {
    return containers.isEmpty() && containerNames.size() == 1
        ? Optional.of(containerNames.get(0))
        : Optional.empty();
  }
}
