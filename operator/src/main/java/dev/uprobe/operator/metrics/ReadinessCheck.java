package dev.uprobe.operator.metrics;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Asks a running operator whether it is ready; `helm test` runs it, as the image has no curl. */
public final class ReadinessCheck {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final int OK = 200;

  private ReadinessCheck() {}

  /** Takes a host and a port, and exits with 0 if the operator there is ready. */
  public static void main(String[] arguments)
      throws IOException, InterruptedException, URISyntaxException {
    String host = arguments[0];
    int port = Integer.parseInt(arguments[1]);
    URI address = new URI("http", null, host, port, "/readyz", null, null);
    HttpResponse<String> answer =
        HttpClient.newBuilder()
            .connectTimeout(TIMEOUT)
            .build()
            .send(
                HttpRequest.newBuilder(address).timeout(TIMEOUT).build(),
                HttpResponse.BodyHandlers.ofString());
    System.out.println(address + " answers " + answer.statusCode() + ": " + answer.body().strip());
    System.exit(answer.statusCode() == OK ? 0 : 1);
  }
}
