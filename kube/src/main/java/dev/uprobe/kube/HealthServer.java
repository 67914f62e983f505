package dev.uprobe.kube;

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
 * Serves the kubelet's health probes ({@code /livez}, {@code /readyz}) and Prometheus ({@code
 * /metrics}).
 */
public final class HealthServer implements AutoCloseable {
  private static final String TEXT = "text/plain; charset=utf-8";

  private static final int THREADS = 4;

  private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
  private final HttpServer server;
  private final PrometheusRegistry registry;

  /**
   * Starts serving on all addresses of the pod.
   *
   * @param port 0 for any free one
   * @param isLive whether the process works; the kubelet restarts it if not
   * @param isReady whether it is ready to work
   */
  public HealthServer(
      int port, BooleanSupplier isLive, BooleanSupplier isReady, PrometheusRegistry registry)
      throws IOException {
    this.registry = registry;
    server = HttpServer.create(new InetSocketAddress(port), 0);
    server.createContext("/livez", exchange -> answer(exchange, isLive));
    server.createContext("/readyz", exchange -> answer(exchange, isReady));
    server.createContext("/metrics", this::metrics);
    // A slow client must not delay the answer to the kubelet.
    server.setExecutor(threads);
    server.start();
  }

  /** Returns the port it listens on. */
  public int port() {
    return server.getAddress().getPort();
  }

  private static void answer(HttpExchange exchange, BooleanSupplier isWell) throws IOException {
    boolean well = isWell.getAsBoolean();
    send(
        exchange,
        well ? 200 : 503,
        TEXT,
        (well ? "ok\n" : "not ready\n").getBytes(StandardCharsets.UTF_8));
  }

  private void metrics(HttpExchange exchange) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrometheusTextFormatWriter writer = PrometheusTextFormatWriter.create();
    try {
      writer.write(out, registry.scrape());
    } catch (IllegalStateException e) {
      send(exchange, 503, TEXT, (e.getMessage() + "\n").getBytes(StandardCharsets.UTF_8));
      return;
    }
    send(exchange, 200, writer.getContentType(), out.toByteArray());
  }

  private static void send(HttpExchange exchange, int status, String type, byte[] body)
      throws IOException {
    try (exchange) {
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
