package dev.uprobe.bench.scale;

import dev.uprobe.api.v1alpha1.UprobeTrace;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** How long it takes from the report of an event until its trace's status shows it. */
final class EventTimes implements AutoCloseable {
  private final Map<String, Long> written = new ConcurrentHashMap<>();
  private final ConcurrentLinkedQueue<Double> milliseconds = new ConcurrentLinkedQueue<>();
  private final Watch watch;

  /** Watches the traces. */
  EventTimes(KubernetesClient client) {
    watch =
        client
            .resources(UprobeTrace.class)
            .inNamespace(SimulatedCluster.NAMESPACE)
            .watch(new Statuses());
  }

  private final class Statuses implements Watcher<UprobeTrace> {
    @Override
    public void eventReceived(Action action, UprobeTrace trace) {
      long now = System.nanoTime();
      if (trace.getStatus() != null) {
        trace.getStatus().recentEvents().stream()
            .map(event -> written.remove(event.message()))
            .filter(sent -> sent != null)
            .forEach(sent -> milliseconds.add((now - sent) / 1e6));
      }
    }

    @Override
    public void onClose(WatcherException cause) {
      throw new IllegalStateException("the traces are no longer watched", cause);
    }
  }

  /** Takes it that an agent is about to report an event. */
  void written(String message) {
    written.put(message, System.nanoTime());
  }

  /** Forgets what was seen so far. */
  void begin() {
    written.clear();
    milliseconds.clear();
  }

  /** Returns the times since then. */
  List<Double> milliseconds() {
    return List.copyOf(milliseconds);
  }

  @Override
  public void close() {
    watch.close();
  }
}
