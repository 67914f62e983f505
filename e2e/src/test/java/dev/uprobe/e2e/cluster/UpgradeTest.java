package dev.uprobe.e2e.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What {@code helm upgrade} changes, and what it leaves alone. */
@E2eTest
class UpgradeTest {
  private static final Path REPOSITORY = Path.of(System.getProperty("repository", ".."));
  private static final String VALUE = "agent.podAnnotations.release";

  private static Set<String> annotations(Installation installation) {
    return installation.pods(Installation.AGENT).stream()
        .map(pod -> pod.getMetadata().getAnnotations().getOrDefault("release", "none"))
        .collect(Collectors.toSet());
  }

  @Test
  void anUpgradeReplacesTheAgentsAndTracesGoOn(Installation installation, Workspace workspace) {
    workspace.run("shop", 1, "/targets/shop", "acme");
    Workspace.Trace trace = workspace.trace(TracingTest.CHARGES);
    trace.awaitAttached(1);
    long counted = Await.until("events are counted", trace::eventsInStatus, count -> count >= 10);
    Pod before = installation.pods(Installation.AGENT).get(0);

    installation.upgrade(VALUE, "next");
    try {
      Await.until(
          "agents are of the new release",
          () -> annotations(installation),
          found -> found.equals(Set.of("next")));
      assertTrue(
          installation.pods(Installation.AGENT).stream()
              .noneMatch(pod -> pod.getMetadata().getUid().equals(before.getMetadata().getUid())));
      trace.awaitEvent();
      trace.awaitAttached(1);
      Await.until("counts go on", trace::eventsInStatus, count -> count > counted);
      assertEquals(1, workspace.attachments(trace).size());
    } finally {
      installation.upgrade(VALUE, "first");
    }
    Await.until(
        "agents are of the first release again",
        () -> annotations(installation),
        found -> found.equals(Set.of("first")));
    trace.awaitAttached(1);
  }

  @Test
  void theDocumentedCommandReplacesTheCrdsThatHelmInstalledAndTracesStay(
      Installation installation, Workspace workspace) throws IOException {
    KubernetesClient client = installation.client();
    workspace.run("shop", 1, "/targets/shop", "acme");
    Workspace.Trace trace = workspace.trace(TracingTest.CHARGES);
    trace.awaitAttached(1);
    String uid = trace.get().orElseThrow().getMetadata().getUid();
    List<CustomResourceDefinition> next = crds(client);
    next.forEach(crd -> installByHelm(client, crd));

    String command = documentedCommand();
    assertTrue(command.contains("--server-side"), command);
    PatchContext asDocumented =
        new PatchContext.Builder()
            .withPatchType(PatchType.SERVER_SIDE_APPLY)
            .withFieldManager("kubectl")
            .withForce(command.contains("--force-conflicts"))
            .build();
    for (CustomResourceDefinition crd : next) {
      CustomResourceDefinition now = client.resource(crd).patch(asDocumented, crd);
      assertEquals(description(crd), description(now));
    }
    installation.upgrade(VALUE, "after-crds");

    Await.until(
        "agents are of the new release",
        () -> annotations(installation),
        found -> found.equals(Set.of("after-crds")));
    trace.awaitAttached(1);
    trace.awaitEvent();
    assertEquals(uid, trace.get().orElseThrow().getMetadata().getUid());
  }

  private static String documentedCommand() throws IOException {
    return Files.readString(REPOSITORY.resolve("docs/operations.md"))
        .lines()
        .filter(line -> line.startsWith("kubectl apply") && line.endsWith("/crds/"))
        .findFirst()
        .orElseThrow();
  }

  private static List<CustomResourceDefinition> crds(KubernetesClient client) throws IOException {
    try (Stream<Path> files = Files.list(REPOSITORY.resolve("helm/uprobe-operator/crds"))) {
      return files
          .map(
              file ->
                  client
                      .apiextensions()
                      .v1()
                      .customResourceDefinitions()
                      .load(file.toFile())
                      .item())
          .toList();
    }
  }

  /** As an earlier release has left it: other words, and Helm the owner of them. */
  private static void installByHelm(KubernetesClient client, CustomResourceDefinition crd) {
    client
        .apiextensions()
        .v1()
        .customResourceDefinitions()
        .withName(crd.getMetadata().getName())
        .patch(
            new PatchContext.Builder()
                .withPatchType(PatchType.JSON)
                .withFieldManager("helm")
                .build(),
            "[{\"op\":\"replace\",\"path\":\"/spec/versions/0/schema/openAPIV3Schema/description\","
                + "\"value\":\"an earlier release\"}]");
  }

  private static String description(CustomResourceDefinition crd) {
    return crd.getSpec().getVersions().get(0).getSchema().getOpenAPIV3Schema().getDescription();
  }
}
