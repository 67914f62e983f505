package dev.uprobe.bench.scale;

import dev.uprobe.agent.node.ReportTimes;
import dev.uprobe.agent.node.StatusWriter;
import dev.uprobe.api.v1alpha1.AgentIdentity;
import dev.uprobe.api.v1alpha1.ContainerCounts;
import dev.uprobe.api.v1alpha1.ContainerReport;
import dev.uprobe.api.v1alpha1.ProbeReport;
import dev.uprobe.api.v1alpha1.RecentEvent;
import dev.uprobe.api.v1alpha1.UprobeAttachment;
import dev.uprobe.api.v1alpha1.UprobeAttachmentStatus;
import dev.uprobe.kube.ReducedStore;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The agents of all nodes in one process: the agent's own classes say when, and how, a status is
 * written. Every function is called all the time, so no report is left out for want of news.
 */
final class SimulatedAgents implements AutoCloseable {
  private static final int THREADS = 16;
  private static final long LOOK_MILLIS = 100;
  private static final int RECENT = 10;

  private final Map<String, UprobeAttachment> attachments = new ConcurrentHashMap<>();
  private final KubernetesClient client;
  private final EventTimes times;
  private final SharedIndexInformer<UprobeAttachment> informer;
  private final List<ScheduledExecutorService> threads;

  /** The generation that each attachment's latest report was of. */
  private final Map<String, Long> reported = new ConcurrentHashMap<>();

  SimulatedAgents(KubernetesClient client, EventTimes times) {
    this.client = client;
    this.times = times;
    informer =
        client
            .resources(UprobeAttachment.class)
            .inNamespace(SimulatedCluster.NAMESPACE)
            .runnableInformer(0)
            .itemStore(new ReducedStore<>(SimulatedAgents::reduce))
            .addEventHandler(new Watched())
            .run();
    threads =
        IntStream.range(0, THREADS)
            .mapToObj(i -> Executors.newSingleThreadScheduledExecutor())
            .toList();
  }

  /** The informer needs no more, and a cluster's worth of attachments takes much memory. */
  private static UprobeAttachment reduce(UprobeAttachment attachment) {
    UprobeAttachment reduced = new UprobeAttachment();
    reduced.setMetadata(ReducedStore.identity(attachment));
    return reduced;
  }

  /** What agents need of an attachment: not its status, which they wrote themselves. */
  private static UprobeAttachment wanted(UprobeAttachment attachment) {
    UprobeAttachment wanted = reduce(attachment);
    wanted.getMetadata().setGeneration(attachment.getMetadata().getGeneration());
    wanted.setSpec(attachment.getSpec());
    return wanted;
  }

  /** Returns the shortest and the longest time between two reports of an attachment. */
  IntSummaryStatistics reportIntervals() {
    return attachments.values().stream()
        .mapToInt(each -> each.getSpec().reportIntervalSeconds())
        .summaryStatistics();
  }

  /** Tells whether every change of an attachment has been reported. */
  boolean isCaughtUp() {
    return attachments.values().stream()
        .map(UprobeAttachment::getMetadata)
        .allMatch(each -> each.getGeneration().equals(reported.get(each.getUid())));
  }

  /** Begins to report. */
  void start() {
    for (int i = 0; i < THREADS; i++) {
      Share share = new Share(i, new StatusWriter(client));
      threads.get(i).scheduleWithFixedDelay(share::report, 0, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private final class Watched implements ResourceEventHandler<UprobeAttachment> {
    @Override
    public void onAdd(UprobeAttachment attachment) {
      attachments.put(attachment.getMetadata().getUid(), wanted(attachment));
    }

    @Override
    public void onUpdate(UprobeAttachment before, UprobeAttachment now) {
      attachments.put(now.getMetadata().getUid(), wanted(now));
    }

    @Override
    public void onDelete(UprobeAttachment attachment, boolean isStateUnknown) {
      attachments.remove(attachment.getMetadata().getUid());
    }
  }

  /** The agents that one thread simulates. */
  private final class Share {
    private final int number;
    private final StatusWriter writer;
    private final ReportTimes reports = new ReportTimes();
    private final Map<String, Deque<RecentEvent>> recent = new HashMap<>();
    private final AgentIdentity agent = new AgentIdentity("uprobe-agent", Instant.now().toString());
    private long count;

    Share(int number, StatusWriter writer) {
      this.number = number;
      this.writer = writer;
    }

    void report() {
      try {
        reportDue();
      } catch (RuntimeException e) {
        // A task that throws is not run again, silently.
        System.err.println("simulated agents: " + e);
      }
    }

    private void reportDue() {
      for (UprobeAttachment each : attachments.values()) {
        String uid = each.getMetadata().getUid();
        if (Math.floorMod(uid.hashCode(), THREADS) == number
            && reports.isDue(
                uid,
                each.getMetadata().getGeneration(),
                ReportTimes.interval(each),
                System.nanoTime())) {
          write(each);
        }
      }
    }

    private void write(UprobeAttachment attachment) {
      Deque<RecentEvent> events =
          recent.computeIfAbsent(
              attachment.getMetadata().getUid(),
              uid ->
                  Stream.generate(this::event)
                      .limit(RECENT)
                      .collect(ArrayDeque::new, Deque::addFirst, Deque::addAll));
      RecentEvent latest = event();
      events.addFirst(latest);
      events.removeLast();
      times.written(latest.message());
      writer.write(attachment, status(attachment, List.copyOf(events)));
      reported.put(attachment.getMetadata().getUid(), attachment.getMetadata().getGeneration());
    }

    private RecentEvent event() {
      count++;
      return new RecentEvent(
          Instant.now().toString(),
          "pod",
          "app",
          "charge",
          "checkout",
          4711,
          "charged acme-%d 1200 cents -> 0 in 12 ms, by agent %d".formatted(count, number));
    }

    private UprobeAttachmentStatus status(UprobeAttachment attachment, List<RecentEvent> events) {
      return new UprobeAttachmentStatus(
          attachment.getMetadata().getGeneration(),
          new ContainerCounts(1, 1),
          List.of(
              new ContainerReport(
                  "pod", "app", "containerd://" + "0".repeat(64), true, null, null, 1)),
          List.of(new ProbeReport("charge", 1, count, count, 0, 0, 0, null, null, null)),
          events,
          agent,
          null);
    }
  }

  @Override
  public void close() {
    threads.forEach(ScheduledExecutorService::shutdownNow);
    informer.close();
  }
}
