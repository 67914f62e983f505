package dev.uprobe.agent.node;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;

/**
 * Answers the kubelet's probes: {@code /healthz} while the agent works, {@code /readyz} when it
 * traces. Answers Prometheus at {@code /metrics}.
 */
public final class HealthServer implements AutoCloseable {
  private static final String TEXT = "text/plain; charset=utf-8";
  private static final int THREADS = 4;

  private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);

  private final HttpServer server;
  private final PrometheusRegistry registry;

  /**
   * Starts it on all addresses of the pod.
   *
   * @param port 0 for any free one
   */
  public HealthServer(
      int port, BooleanSupplier alive, BooleanSupplier ready, PrometheusRegistry registry)
      throws IOException {
    this.registry = registry;
    server = HttpServer.create(new InetSocketAddress(port), 0);
    server.createContext("/healthz", exchange -> answer(exchange, alive.getAsBoolean()));
    server.createContext("/readyz", exchange -> answer(exchange, ready.getAsBoolean()));
    server.createContext("/metrics", this::metrics);
    // One that reads its answer slowly must not keep the kubelet from its own.
    server.setExecutor(threads);
    server.start();
  }

  int port() {
    return server.getAddress().getPort();
  }

  private static void answer(HttpExchange exchange, boolean good) throws IOException {
    send(exchange, good ? 200 : 503, TEXT, good ? "ok\n" : "not ready\n");
  }

  private void metrics(HttpExchange exchange) throws IOException {
    PrometheusTextFormatWriter writer = PrometheusTextFormatWriter.create();
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    try {
      writer.write(text, registry.scrape());
    } catch (IllegalStateException e) {
      send(exchange, 503, TEXT, e.getMessage() + "\n");
      return;
    }
    send(exchange, 200, writer.getContentType(), text.toString(StandardCharsets.UTF_8));
  }

  private static void send(HttpExchange exchange, int status, String type, String text)
      throws IOException {
    try (exchange) {
      byte[] body = text.getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", type);
      exchange.sendResponseHeaders(status, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
