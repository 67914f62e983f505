package dev.uprobe.bench.cluster;

import dev.uprobe.e2e.cluster.Installation;
import dev.uprobe.e2e.cluster.LoggedEvent;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.dsl.LogWatch;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** The events in an agent's log as they come, as `kubectl logs -f` shows them. */
final class FollowedLog implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 60;

  private final LogWatch watch;
  private final BlockingQueue<Seen> events = new LinkedBlockingQueue<>();

  /** An event, and when it was here, by the clock of {@link System#nanoTime}. */
  record Seen(LoggedEvent event, long nanos) {}

  /** Follows an agent's log from now on. */
  static FollowedLog of(Installation installation, Pod agent) {
    return new FollowedLog(
        installation
            .client()
            .pods()
            .inNamespace(Installation.NAMESPACE)
            .withName(agent.getMetadata().getName())
            .tailingLines(0)
            .watchLog());
  }

  private FollowedLog(LogWatch watch) {
    this.watch = watch;
    Thread reader = new Thread(this::read, "log");
    reader.setDaemon(true);
    reader.start();
  }

  private void read() {
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(watch.getOutput(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        long now = System.nanoTime();
        LoggedEvent.of(line).ifPresent(event -> events.add(new Seen(event, now)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the first event from now on that is wanted. */
  Seen await(Predicate<LoggedEvent> wanted) throws InterruptedException {
    while (true) {
      Seen seen = events.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (seen == null) {
        throw new IllegalStateException("No event came for " + PATIENCE_SECONDS + " s.");
      }
      if (wanted.test(seen.event())) {
        return seen;
      }
    }
  }

  @Override
  public void close() {
    watch.close();
  }
}
