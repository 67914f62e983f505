package dev.uprobe.operator.agents;

import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Optional;

/**
 * The operator's own Deployment, which owns the resources that the operator creates in its
 * namespace.
 */
public final class OwnDeployment {
  private OwnDeployment() {}

  /** Returns the owner reference to the Deployment; empty if there is no Deployment. */
  public static Optional<OwnerReference> owner(
      KubernetesClient client, String namespace, Optional<String> name) {
    return name.map(each -> client.apps().deployments().inNamespace(namespace).withName(each).get())
        .map(
            deployment ->
                new OwnerReferenceBuilder()
                    .withApiVersion(deployment.getApiVersion())
                    .withKind(deployment.getKind())
                    .withName(deployment.getMetadata().getName())
                    .withUid(deployment.getMetadata().getUid())
                    .build());
  }
}
