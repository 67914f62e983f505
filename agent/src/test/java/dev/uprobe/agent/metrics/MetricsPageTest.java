package dev.uprobe.agent.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.uprobe.agent.fixture.Exposition;
import dev.uprobe.kube.HealthServer;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MetricsPageTest {
  private final AtomicBoolean ready = new AtomicBoolean();
  private final PrometheusRegistry registry = new PrometheusRegistry();
  private HealthServer server;

  @BeforeEach
  void start() throws Exception {
    server = new HealthServer(0, () -> true, ready::get, registry);
  }

  @AfterEach
  void end() {
    server.close();
  }

  private HttpResponse<String> get(String path) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + server.port() + path);
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void tellsLifeAndReadinessApart() throws Exception {
    assertEquals(200, get("/livez").statusCode());
    assertEquals(503, get("/readyz").statusCode());
    ready.set(true);
    assertEquals(200, get("/readyz").statusCode());
  }

  @Test
  void tellsTheFiguresOfAllSources() throws Exception {
    registry.register(new AgentMetrics("1.2.3", () -> 7, () -> 3, () -> 2, () -> 5, () -> 1));
    HttpResponse<String> answer = get("/metrics");
    assertEquals(200, answer.statusCode());
    String type = answer.headers().firstValue("Content-Type").orElse("");
    assertTrue(type.startsWith("text/plain; version=0.0.4"), type);
    Exposition scraped = Exposition.parse(answer.body());
    assertEquals(1, scraped.value("uprobe_agent_build_info{version=\"1.2.3\"}"));
    assertEquals(7, scraped.value("uprobe_agent_events_written_total"));
    assertEquals(3, scraped.value("uprobe_agent_output_lost_total"));
    assertEquals(2, scraped.value("uprobe_agent_ring_buffer_lost_total"));
    assertEquals(5, scraped.value("uprobe_agent_status_writes_total{result=\"success\"}"));
    assertEquals(1, scraped.value("uprobe_agent_status_writes_total{result=\"error\"}"));
  }

  @Test
  void saysWhyFiguresCannotBeToldNow() throws Exception {
    registry.register(
        (MultiCollector)
            () -> {
              throw new IllegalStateException("The agent is busy.");
            });
    HttpResponse<String> answer = get("/metrics");
    assertEquals(503, answer.statusCode());
    assertEquals("The agent is busy.\n", answer.body());
    assertEquals(200, get("/livez").statusCode());
  }
}
