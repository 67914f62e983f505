package dev.uprobe.kube;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class HealthServerTest {
  private final CountDownLatch ready = new CountDownLatch(1);
  private final HttpClient client = HttpClient.newHttpClient();

  private boolean awaitReady() {
    try {
      ready.await();
      return true;
    } catch (InterruptedException e) {
      return false;
    }
  }

  private static HttpRequest get(HealthServer server, String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
        .timeout(Duration.ofSeconds(20))
        .build();
  }

  @Test
  void anAnswerThatTakesLongDoesNotKeepOthersWaiting() throws Exception {
    try (HealthServer server = server()) {
      CompletableFuture<HttpResponse<String>> slow =
          client.sendAsync(get(server, "/readyz"), BodyHandlers.ofString());
      assertEquals("ok\n", client.send(get(server, "/livez"), BodyHandlers.ofString()).body());
      ready.countDown();
      assertEquals(200, slow.get().statusCode());
    }
  }

  private HealthServer server() throws IOException {
    return new HealthServer(0, () -> true, this::awaitReady, new PrometheusRegistry());
  }
}
