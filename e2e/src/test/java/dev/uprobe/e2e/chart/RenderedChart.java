package dev.uprobe.e2e.chart;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.TemplateCommand;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** What `helm template` makes of the chart. */
record RenderedChart(List<HasMetadata> resources) {
  static final Path CHART =
      Path.of(System.getProperty("repository", "..")).resolve("helm/uprobe-operator");

  private static final KubernetesSerialization YAML = new KubernetesSerialization();

  /** Renders the chart in namespace {@code tracing} with values as a values file has them. */
  static RenderedChart of(String values) throws IOException {
    return of(values, "1.32.0");
  }

  /** Renders it as for a cluster of that version. */
  static RenderedChart of(String values, String kubernetes) throws IOException {
    Path file = Files.createTempFile("values", ".yaml");
    try {
      Files.writeString(file, values);
      TemplateCommand template =
          new Helm(CHART)
              .template()
              .withName("uprobe-operator")
              .withNamespace("tracing")
              .withKubeVersion(kubernetes)
              .withValuesFile(file);
      return new RenderedChart(parse(template.call()));
    } finally {
      Files.delete(file);
    }
  }

  private static List<HasMetadata> parse(String yaml) {
    return Arrays.stream(yaml.split("(?m)^---$"))
        .filter(document -> document.contains("kind:"))
        .map(document -> (HasMetadata) YAML.unmarshal(document))
        .toList();
  }

  /** Returns the only resource of a type. */
  <T extends HasMetadata> T only(Class<T> type) {
    List<T> found = all(type);
    if (found.size() != 1) {
      throw new AssertionError("there should be one " + type.getSimpleName() + ": " + found);
    }
    return found.get(0);
  }

  <T extends HasMetadata> List<T> all(Class<T> type) {
    return resources.stream().filter(type::isInstance).map(type::cast).toList();
  }

  <T extends HasMetadata> T named(Class<T> type, String name) {
    return all(type).stream()
        .filter(resource -> resource.getMetadata().getName().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + type.getSimpleName() + " " + name));
  }

  /** Returns the DaemonSet that the operator reads from the template. */
  DaemonSet agent() {
    return YAML.unmarshal(only(ConfigMap.class).getData().get("agent.yaml"), DaemonSet.class);
  }
}
