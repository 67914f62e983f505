package dev.uprobe.operator.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.uprobe.api.v1alpha1.UprobeAttachment;
import dev.uprobe.api.v1alpha1.UprobeTrace;
import dev.uprobe.operator.Traces;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The operator as the image runs it: a process with its environment. */
@OnApiServer
class MainTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final KubernetesClient client;
  private final String namespace = "main-" + UUID.randomUUID().toString().substring(0, 8);
  @TempDir Path folder;

  MainTest(KubernetesClient client) {
    this.client = client;
  }

  @BeforeEach
  void create() {
    client
        .resource(
            new NamespaceBuilder().withNewMetadata().withName(namespace).endMetadata().build())
        .create();
    client
        .resource(new NodeBuilder().withNewMetadata().withName(namespace).endMetadata().build())
        .create();
  }

  @AfterEach
  void delete() {
    client.resources(UprobeTrace.class).inNamespace(namespace).delete();
    client.resources(UprobeAttachment.class).inNamespace(namespace).delete();
    client.nodes().withName(namespace).delete();
  }

  @Test
  void oneOfTwoReplicasLeadsAndTheOtherTakesOver() throws Exception {
    Process first = operator("first", Map.of("HOSTNAME", "first"));
    Process second = null;
    try {
      Await.until(LIMIT, "the first leads", () -> "first".equals(leader()));
      second = operator("second", Map.of("HOSTNAME", "second"));
      UprobeTrace trace = Traces.of(Traces.HOST);
      trace.getMetadata().setNamespace(namespace);
      trace.getMetadata().setUid(null);
      trace.getMetadata().setGeneration(null);
      client.resource(trace).create();
      Await.until(LIMIT, "the trace is attached to its node", this::isAttached);

      first.destroy();
      assertTrue(first.waitFor(10, TimeUnit.SECONDS), "the first has not ended");
      Await.until(LIMIT, "the second leads", () -> "second".equals(leader()));
      client.resources(UprobeAttachment.class).inNamespace(namespace).delete();
      Await.until(LIMIT, "the second works", this::isAttached);
    } finally {
      first.destroyForcibly();
      if (second != null) {
        second.destroyForcibly();
      }
    }
    for (String line : Files.readAllLines(folder.resolve("first.log"))) {
      JsonNode json = new ObjectMapper().readTree(line);
      assertTrue(json.hasNonNull("level") && json.hasNonNull("formattedMessage"), line);
    }
  }

  @Test
  void aWrongEnvironmentEndsItWithAMessage() throws Exception {
    Process process = operator("wrong", Map.of("LEADER_ELECTION", "maybe"));
    assertTrue(process.waitFor(30, TimeUnit.SECONDS), "it has not ended");
    assertEquals(1, process.exitValue());
    assertTrue(Files.readString(folder.resolve("wrong.log")).contains("set it to true or false"));
  }

  private boolean isAttached() {
    return client
        .resources(UprobeAttachment.class)
        .inNamespace(namespace)
        .list()
        .getItems()
        .stream()
        .anyMatch(attachment -> attachment.getSpec().nodeName().equals(namespace));
  }

  private String leader() {
    return client.leases().inNamespace(namespace).list().getItems().stream()
        .map(lease -> lease.getSpec().getHolderIdentity())
        .findFirst()
        .orElse("");
  }

  private Process operator(String name, Map<String, String> environment) throws IOException {
    Config config = client.getConfiguration();
    Path kubeconfig = folder.resolve("kubeconfig");
    Files.writeString(
        kubeconfig,
        ApiServer.kubeconfig(
            config.getMasterUrl(), config.getCaCertFile(), config.getOauthToken()));
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    ProcessBuilder builder =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Dlogback.configurationFile=logback.xml",
                    "-cp",
                    classPath,
                    "dev.uprobe.operator.Main"))
            .redirectError(folder.resolve(name + ".log").toFile());
    builder.environment().put("KUBECONFIG", kubeconfig.toString());
    builder.environment().put("OPERATOR_NAMESPACE", namespace);
    builder.environment().put("ALLOWED_HOST_NAMESPACES", namespace);
    builder.environment().put("HEALTH_PORT", "0");
    builder.environment().putAll(environment);
    return builder.start();
  }
}
