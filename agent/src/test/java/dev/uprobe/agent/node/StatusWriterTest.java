package dev.uprobe.agent.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.uprobe.api.v1alpha1.AgentIdentity;
import dev.uprobe.api.v1alpha1.ContainerCounts;
import dev.uprobe.api.v1alpha1.ProbeReport;
import dev.uprobe.api.v1alpha1.UprobeAttachment;
import dev.uprobe.api.v1alpha1.UprobeAttachmentStatus;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against a server that answers as it is told, and keeps what it was asked. */
class StatusWriterTest {
  private final Queue<String> requests = new ConcurrentLinkedQueue<>();
  private final Queue<String> bodies = new ConcurrentLinkedQueue<>();
  private volatile int answer = 200;
  private HttpServer server;
  private KubernetesClient client;
  private StatusWriter writer;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
    client =
        new KubernetesClientBuilder()
            .withConfig(
                new ConfigBuilder(Config.empty())
                    .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort())
                    .withRequestRetryBackoffLimit(0)
                    .build())
            .build();
    writer = new StatusWriter(client);
  }

  @AfterEach
  void end() {
    client.close();
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String type = exchange.getRequestHeaders().getFirst("Content-Type");
      requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " " + type);
      bodies.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
      byte[] body =
          "{\"apiVersion\":\"uprobe.dev/v1alpha1\",\"kind\":\"UprobeAttachment\",\"metadata\":{}}"
              .getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().add("Content-Type", "application/json");
      exchange.sendResponseHeaders(answer, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private static UprobeAttachment attachment() {
    UprobeAttachment attachment = new UprobeAttachment();
    attachment.getMetadata().setNamespace("shop");
    attachment.getMetadata().setName("trace-node");
    attachment.getMetadata().setUid("u1");
    return attachment;
  }

  private static UprobeAttachmentStatus status(long hits) {
    return new UprobeAttachmentStatus(
        2L,
        new ContainerCounts(0, 0),
        List.of(),
        List.of(new ProbeReport("work", 0, hits, 0, 0, 0, 0, null, null, null)),
        List.of(),
        null,
        null);
  }

  @Test
  void writesWhatChangedAndNothingElse() {
    writer.write(attachment(), status(1));
    writer.write(attachment(), status(1));
    writer.write(attachment(), status(2));
    String request =
        "PATCH /apis/uprobe.dev/v1alpha1/namespaces/shop/uprobeattachments/trace-node/status"
            + " application/merge-patch+json";
    assertEquals(List.of(request, request), List.copyOf(requests));
  }

  @Test
  void writesAgainWhatWasRefused() {
    answer = 500;
    assertFalse(writer.write(attachment(), status(1)));
    answer = 404;
    assertTrue(writer.write(attachment(), status(1)));
    answer = 200;
    assertTrue(writer.write(attachment(), status(1)));
    assertTrue(writer.write(attachment(), status(1)));
    assertEquals(3, requests.size());
    assertEquals(1, writer.writes());
    assertEquals(1, writer.failures());
  }

  @Test
  void saysOfEmptyListsThatTheyAre() {
    writer.write(attachment(), status(1));
    assertEquals(
        "{\"apiVersion\":\"uprobe.dev/v1alpha1\",\"kind\":\"UprobeAttachment\","
            + "\"metadata\":{\"name\":\"trace-node\",\"namespace\":\"shop\",\"uid\":\"u1\"},"
            + "\"status\":{\"observedGeneration\":2,"
            + "\"summary\":{\"desired\":0,\"attached\":0},"
            + "\"probes\":[{\"name\":\"work\",\"functions\":0,\"hits\":1,\"events\":0,"
            + "\"filtered\":0,\"limited\":0,\"lost\":0}],"
            + "\"containers\":null,\"recentEvents\":null,\"lastReportTime\":\"TIME\"}}",
        bodies.peek().replaceAll("\"20[^\"]*Z\"", "\"TIME\""));
  }

  @Test
  void leavesTheCountsOfWhatWasRefused() {
    writer.write(
        attachment(),
        new AttachmentReport(new AgentIdentity("agent", "2030-01-01T00:00:00Z"))
            .refused(2, UnsignedAttachments.FAILURE));
    String body = bodies.peek();
    assertTrue(body.contains("\"reason\":\"NotSigned\""), body);
    assertFalse(body.contains("\"probes\""), body);
    assertFalse(body.contains("\"recentEvents\""), body);
  }
}
