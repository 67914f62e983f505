package dev.uprobe.operator;

import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.javaoperatorsdk.operator.OperatorException;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the operator until it is stopped. */
public final class Main {
  private static final Logger LOG = LoggerFactory.getLogger(Main.class);
  private static final long MAX_CLOSING_MILLIS = 5000;

  private Main() {}

  /** Exits with 1 if the configuration is wrong; the log says what. */
  public static void main(String[] arguments) throws InterruptedException {
    try {
      run(OperatorConfig.of(System.getenv()));
    } catch (IllegalArgumentException e) {
      LOG.error(e.getMessage());
      System.exit(1);
    } catch (IOException e) {
      LOG.error("the port of probes and metrics cannot be used; set HEALTH_PORT to another", e);
      System.exit(1);
    } catch (OperatorException e) {
      LOG.error("the operator could not start; check that its CRDs and its role exist", e);
      System.exit(1);
    }
  }

  private static void run(OperatorConfig config) throws IOException, InterruptedException {
    String instance = System.getenv().getOrDefault("HOSTNAME", "uprobe-operator");
    CountDownLatch ended = new CountDownLatch(1);
    try (var client = new KubernetesClientBuilder().build();
        var operator = new UprobeOperator(client, config, instance)) {
      operator.start();
      Thread main = Thread.currentThread();
      Runtime.getRuntime().addShutdownHook(new Thread(() -> end(ended, main), "end"));
      LOG.info("the operator has started");
      ended.await();
    }
  }

  /** The process ends when this returns, so it waits for the other thread to close. */
  private static void end(CountDownLatch ended, Thread main) {
    ended.countDown();
    try {
      main.join(MAX_CLOSING_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
