package dev.uprobe.operator.agents;

import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The agents' DaemonSet, from the chart. */
final class AgentTemplate {
  /** Environment variable of the agent with the key. */
  private static final String KEY_VARIABLE = "OPERATOR_KEY";

  private static final long MAX_BYTES = 1024 * 1024;

  private AgentTemplate() {}

  /**
   * Reads the DaemonSet, puts it into the operator's namespace, and gives its agents the operator's
   * key.
   *
   * @param owner owner of the DaemonSet, for garbage collection
   * @param operatorKey public key by which agents verify attachments
   * @throws IOException if the file cannot be read or is not a DaemonSet
   */
  static DaemonSet read(
      Path file, String namespace, Optional<OwnerReference> owner, String operatorKey)
      throws IOException {
    if (Files.size(file) > MAX_BYTES) {
      throw new IOException(file + " is larger than 1 MiB; it should hold one DaemonSet");
    }
    DaemonSet daemonSet = parse(file);
    if (daemonSet == null
        || !"DaemonSet".equals(daemonSet.getKind())
        || daemonSet.getMetadata() == null
        || daemonSet.getMetadata().getName() == null
        || daemonSet.getSpec() == null
        || daemonSet.getSpec().getTemplate() == null
        || daemonSet.getSpec().getTemplate().getSpec() == null) {
      throw new IOException(file + " should hold a DaemonSet with a name, as the chart writes it");
    }
    daemonSet.getMetadata().setNamespace(namespace);
    daemonSet.getMetadata().setOwnerReferences(owner.map(List::of).orElse(List.of()));
    daemonSet
        .getSpec()
        .getTemplate()
        .getSpec()
        .getContainers()
        .forEach(container -> container.getEnv().add(new EnvVar(KEY_VARIABLE, operatorKey, null)));
    return daemonSet;
  }

  private static DaemonSet parse(Path file) throws IOException {
    try {
      return Serialization.unmarshal(Files.readString(file), DaemonSet.class);
    } catch (RuntimeException e) {
      throw new IOException(file + " is not the YAML of a DaemonSet: " + e.getMessage(), e);
    }
  }
}
