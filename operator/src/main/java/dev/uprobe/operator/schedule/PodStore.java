package dev.uprobe.operator.schedule;

import dev.uprobe.kube.ReducedStore;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.util.List;
import java.util.Optional;

/** An informer store of pods with only the fields that scheduling reads. */
public final class PodStore extends ReducedStore<Pod> {

  public PodStore() {
    super(PodStore::reduce);
  }

  static Pod reduce(Pod pod) {
    ObjectMeta metadata = identity(pod);
    metadata.setLabels(pod.getMetadata().getLabels());
    return new PodBuilder()
        .withMetadata(metadata)
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
