package dev.uprobe.agent.node;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonIncludeProperties;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.uprobe.api.v1alpha1.UprobeAttachment;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;

/**
 * Makes the client of an agent. It knows only the kinds that an agent reads, and of a pod only the
 * fields: reading all kinds and fields would take a fifth of the agent's memory.
 */
public final class NodeClient {
  private NodeClient() {}

  @JsonIgnoreProperties({"managedFields", "ownerReferences"})
  private interface Identity {}

  @JsonIncludeProperties({"containers", "initContainers"})
  private interface NamesContainers {}

  @JsonIncludeProperties("name")
  private interface IsNamed {}

  @JsonIncludeProperties({
    "containerStatuses",
    "initContainerStatuses",
    "ephemeralContainerStatuses"
  })
  private interface TellsOfContainers {}

  @JsonIncludeProperties({"name", "containerID"})
  private interface IsNamedAndIdentified {}

  /** Creates a client; requests that fail are not repeated, as what they say may have changed. */
  public static KubernetesClient create(Config config) {
    config.setRequestRetryBackoffLimit(0);
    return new KubernetesClientBuilder()
        .withConfig(config)
        .withKubernetesSerialization(serialization())
        .build();
  }

  static KubernetesSerialization serialization() {
    ObjectMapper mapper =
        new ObjectMapper()
            .addMixIn(ObjectMeta.class, Identity.class)
            .addMixIn(PodSpec.class, NamesContainers.class)
            .addMixIn(Container.class, IsNamed.class)
            .addMixIn(PodStatus.class, TellsOfContainers.class)
            .addMixIn(ContainerStatus.class, IsNamedAndIdentified.class);
    KubernetesSerialization serialization = new KubernetesSerialization(mapper, false);
    serialization.registerKubernetesResource(Pod.class);
    serialization.registerKubernetesResource(UprobeAttachment.class);
    serialization.registerKubernetesResource(Status.class);
    return serialization;
  }
}
