package dev.uprobe.agent.node;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.informers.cache.BasicItemStore;
import io.fabric8.kubernetes.client.informers.cache.Cache;

/** Keeps of each pod only what tells it from others, a small part of what the API server sends. */
final class NodePodStore extends BasicItemStore<Pod> {

  NodePodStore() {
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

  /** What is needed to take notice of the pod's end: annotations tell the uid of a static pod. */
  static Pod reduce(Pod pod) {
    return new PodBuilder()
        .withNewMetadata()
        .withNamespace(pod.getMetadata().getNamespace())
        .withName(pod.getMetadata().getName())
        .withUid(pod.getMetadata().getUid())
        .withResourceVersion(pod.getMetadata().getResourceVersion())
        .withAnnotations(NodePod.uidAnnotation(pod.getMetadata()))
        .endMetadata()
        .build();
  }
}
