package dev.uprobe.api.v1alpha1;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** Renders the CustomResourceDefinitions as a Markdown page. */
final class ApiReference {
  private static final String SCHEMA = "/spec/versions/0/schema/openAPIV3Schema";

  private final StringBuilder page = new StringBuilder();

  private ApiReference() {}

  /** Returns the page for the definitions of a folder. */
  static String of(Path manifests) throws IOException {
    ApiReference reference = new ApiReference();
    reference.page.append(
        """
        # API reference

        `uprobe.dev/v1alpha1`, generated from the CustomResourceDefinitions; `kubectl explain uprobetrace.spec --recursive`
        shows the same. [traces.md](traces.md) explains how to use the fields.
        """);
    reference.kind(manifests.resolve("uprobetraces.uprobe.dev-v1.yml"));
    reference.kind(manifests.resolve("uprobeattachments.uprobe.dev-v1.yml"));
    return reference.page.toString();
  }

  private void kind(Path manifest) throws IOException {
    Object yaml =
        new Yaml(new SafeConstructor(new LoaderOptions())).load(Files.readString(manifest));
    JsonNode crd = new ObjectMapper().valueToTree(yaml);
    JsonNode schema = crd.at(SCHEMA);
    page.append("\n## ").append(crd.at("/spec/names/kind").asText()).append("\n\n");
    page.append(oneLine(schema.path("description").asText())).append("\n");
    for (String part : List.of("spec", "status")) {
      page.append("\n### ").append(part).append("\n\n");
      page.append("| field | type | description |\n| --- | --- | --- |\n");
      fields("", schema.at("/properties/" + part));
    }
  }

  private void fields(String path, JsonNode schema) {
    for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
      String name = path + property.getKey();
      JsonNode value = property.getValue();
      boolean required = contains(schema.path("required"), property.getKey());
      page.append("| `%s` | %s | %s |\n".formatted(name, type(value), text(value, required)));
      boolean list = value.path("type").asText().equals("array");
      fields(list ? name + "[]." : name + ".", list ? value.path("items") : value);
    }
  }

  private static boolean contains(JsonNode names, String name) {
    for (JsonNode each : names) {
      if (each.asText().equals(name)) {
        return true;
      }
    }
    return false;
  }

  private static String type(JsonNode schema) {
    String type = schema.path("type").asText();
    if (type.equals("array")) {
      return "list of " + type(schema.path("items"));
    }
    return schema.has("additionalProperties") ? "map" : type;
  }

  private static String text(JsonNode schema, boolean required) {
    List<String> parts = new ArrayList<>();
    parts.add(oneLine(schema.path("description").asText()));
    if (required) {
      parts.add("Required.");
    }
    if (schema.has("enum")) {
      List<String> values = new ArrayList<>();
      schema.path("enum").forEach(each -> values.add("`" + each.asText() + "`"));
      parts.add("One of " + String.join(", ", values) + ".");
    }
    if (schema.has("default") && !parts.get(0).contains("Default: ")) {
      parts.add("Default: `" + schema.path("default").asText() + "`.");
    }
    return String.join(" ", parts).replace("|", "\\|").strip();
  }

  private static String oneLine(String text) {
    return text.replaceAll("\\s+", " ").strip();
  }
}
