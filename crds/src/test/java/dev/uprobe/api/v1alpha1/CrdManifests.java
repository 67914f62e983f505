package dev.uprobe.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crdv2.generator.CRDGenerator;
import io.fabric8.crdv2.generator.CRDPostProcessor;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.client.CustomResource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** Generates the CustomResourceDefinitions from the API types. */
final class CrdManifests {
  private CrdManifests() {}

  /** Writes one file for each kind. */
  static void write(Path folder) throws IOException {
    Files.createDirectories(folder);
    write(folder, UprobeTrace.class, UprobeTraceSpec.class, UprobeTraceStatus.class);
    write(folder, UprobeAttachment.class, UprobeAttachmentSpec.class, UprobeAttachmentStatus.class);
  }

  private static void write(
      Path folder, Class<? extends CustomResource<?, ?>> kind, Class<?> spec, Class<?> status) {
    new CRDGenerator()
        .withMinQuotes(true)
        .withPostProcessor(
            new CRDPostProcessor() {
              @Override
              public HasMetadata process(HasMetadata crd, String crdSpecVersion) {
                complete((CustomResourceDefinition) crd, kind, spec, status);
                return crd;
              }
            })
        .customResourceClasses(List.of(kind))
        .inOutputDir(folder.toFile())
        .generate();
  }

  /** Adds what the annotations cannot say or the generator does not carry over. */
  private static void complete(
      CustomResourceDefinition crd, Class<?> kind, Class<?> spec, Class<?> status) {
    CustomResourceDefinitionVersion version = crd.getSpec().getVersions().get(0);
    List<String> columns =
        Arrays.stream(kind.getAnnotationsByType(AdditionalPrinterColumn.class))
            .map(AdditionalPrinterColumn::name)
            .toList();
    version
        .getAdditionalPrinterColumns()
        .sort(Comparator.comparing(column -> columns.indexOf(column.getName())));
    JSONSchemaProps root = version.getSchema().getOpenAPIV3Schema();
    root.setDescription(description(kind));
    root.setRequired(List.of("spec"));
    root.getProperties().get("spec").setDescription(description(spec));
    JSONSchemaProps statusSchema = root.getProperties().get("status");
    statusSchema.setDescription(description(status));
    JSONSchemaProps conditions = statusSchema.getProperties().get("conditions");
    if (conditions != null) {
      conditions.setXKubernetesListType("map");
      conditions.setXKubernetesListMapKeys(List.of("type"));
      conditions.getItems().getSchema().setRequired(List.of("status", "type"));
    }
    removeRepeatedRules(root);
  }

  private static String description(Class<?> type) {
    return type.getAnnotation(JsonClassDescription.class).value();
  }

  /** A rule on a component of a record is found at its field and again at its accessor. */
  private static void removeRepeatedRules(JSONSchemaProps schema) {
    schema.setXKubernetesValidations(
        schema.getXKubernetesValidations().stream().distinct().toList());
    schema.getProperties().values().forEach(CrdManifests::removeRepeatedRules);
    if (schema.getItems() != null) {
      removeRepeatedRules(schema.getItems().getSchema());
    }
  }
}
