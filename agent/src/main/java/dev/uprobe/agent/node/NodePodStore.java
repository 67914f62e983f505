package dev.uprobe.agent.node;

import dev.uprobe.store.ReducedStore;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;

/** Keeps of each pod only what tells it from others. */
final class NodePodStore extends ReducedStore<Pod> {

  NodePodStore() {
    super(NodePodStore::reduce);
  }

  /** What is needed to take notice of the pod's end: annotations tell the uid of a static pod. */
  static Pod reduce(Pod pod) {
    return new PodBuilder()
        .withMetadata(
            identity(pod).withAnnotations(NodePod.uidAnnotation(pod.getMetadata())).build())
        .build();
  }
}
