package dev.uprobe.agent.node;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
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
    ObjectMeta metadata = new ObjectMeta();
    metadata.setNamespace(pod.getMetadata().getNamespace());
    metadata.setName(pod.getMetadata().getName());
    metadata.setUid(pod.getMetadata().getUid());
    metadata.setResourceVersion(pod.getMetadata().getResourceVersion());
    metadata.setAnnotations(NodePod.uidAnnotation(pod.getMetadata()));
    Pod reduced = new Pod();
    reduced.setMetadata(metadata);
    return reduced;
  }
}
