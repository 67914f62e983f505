package dev.uprobe.agent.node;

import dev.uprobe.agent.containers.NodePod;
import dev.uprobe.kube.ReducedStore;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;

/** Keeps of each pod only what tells it from others. */
public final class NodePodStore extends ReducedStore<Pod> {

  NodePodStore() {
    super(NodePodStore::reduce);
  }

  /** What is needed to take notice of the pod's end: annotations tell the uid of a static pod. */
  public static Pod reduce(Pod pod) {
    ObjectMeta metadata = identity(pod);
    metadata.setAnnotations(NodePod.uidAnnotation(pod.getMetadata()));
    Pod reduced = new Pod();
    reduced.setMetadata(metadata);
    return reduced;
  }
}
