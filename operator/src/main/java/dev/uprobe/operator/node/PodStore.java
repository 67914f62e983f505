package dev.uprobe.operator.node;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.informers.cache.BasicItemStore;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import java.util.List;
import java.util.Optional;

/** Keeps of each pod only what planning reads, a small part of what the API server sends. */
public final class PodStore extends BasicItemStore<Pod> {

  public PodStore() {
    super(Cache::metaNamespaceKeyFunc);
  }

  @Override
  public Pod put(String key, Pod pod) {
    return super.put(key, reduce(pod));
  }

  @Override
  public boolean isFullState() {
    return false;
  }

  static Pod reduce(Pod pod) {
    return new PodBuilder()
        .withNewMetadata()
        .withNamespace(pod.getMetadata().getNamespace())
        .withName(pod.getMetadata().getName())
        .withUid(pod.getMetadata().getUid())
        .withResourceVersion(pod.getMetadata().getResourceVersion())
        .withLabels(pod.getMetadata().getLabels())
        .endMetadata()
        .withNewSpec()
        .withNodeName(pod.getSpec().getNodeName())
        .withInitContainers(names(pod.getSpec().getInitContainers()))
        .withContainers(names(pod.getSpec().getContainers()))
        .endSpec()
        .withNewStatus()
        .withPhase(Optional.ofNullable(pod.getStatus()).map(s -> s.getPhase()).orElse(null))
        .endStatus()
        .build();
  }

  private static List<Container> names(List<Container> containers) {
    return containers.stream()
        .map(
            container ->
                new ContainerBuilder()
                    .withName(container.getName())
                    .withRestartPolicy(container.getRestartPolicy())
                    .build())
        .toList();
  }
}
