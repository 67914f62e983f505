package dev.uprobe.agent.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.uprobe.api.v1alpha1.ContainerCounts;
import dev.uprobe.api.v1alpha1.UprobeAttachment;
import dev.uprobe.api.v1alpha1.UprobeAttachmentSpec;
import dev.uprobe.api.v1alpha1.UprobeAttachmentStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class StatusReportsTest {
  private final BlockingQueue<Long> tried = new LinkedBlockingQueue<>();
  private final AtomicInteger failures = new AtomicInteger();

  /** Fails as often as it is told. */
  private final StatusReports.Writing writing =
      new StatusReports.Writing() {
        @Override
        public boolean write(UprobeAttachment attachment, UprobeAttachmentStatus status) {
          boolean fails = failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
          tried.add(status.observedGeneration());
          return !fails;
        }

        @Override
        public void forget(UprobeAttachment attachment) {
          tried.add(-1L);
        }
      };

  private static UprobeAttachment attachment() {
    UprobeAttachment attachment = new UprobeAttachment();
    attachment.getMetadata().setUid("u1");
    attachment.setSpec(new UprobeAttachmentSpec("node", null, null, List.of(), 0, 3600));
    return attachment;
  }

  private static UprobeAttachmentStatus status(long generation) {
    return new UprobeAttachmentStatus(
        generation, new ContainerCounts(0, 0), List.of(), List.of(), List.of(), null, null);
  }

  private Long next() throws InterruptedException {
    return tried.poll(20, TimeUnit.SECONDS);
  }

  @Test
  void whatFailedIsTriedAgainLongBeforeTheNextReport() throws Exception {
    failures.set(2);
    try (StatusReports reports = new StatusReports(writing)) {
      reports.add(attachment(), status(1));
      assertEquals(List.of(1L, 1L, 1L), List.of(next(), next(), next()));
    }
    assertEquals(List.of(), List.copyOf(tried));
  }

  @Test
  void theNewestStatusIsTheOneThatIsTriedAgain() throws Exception {
    failures.set(1);
    try (StatusReports reports = new StatusReports(writing)) {
      reports.add(attachment(), status(1));
      assertEquals(1L, next());
      reports.add(attachment(), status(2));
      assertEquals(2L, next());
    }
  }

  @Test
  void whatWaitsIsWrittenAtTheEnd() {
    assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () -> {
          failures.set(1);
          try (StatusReports reports = new StatusReports(writing)) {
            reports.add(attachment(), status(1));
            assertEquals(1L, next());
          }
          assertEquals(List.of(1L), List.copyOf(tried));
        });
  }

  @Test
  void nothingIsTriedOfWhatIsGone() throws Exception {
    failures.set(1);
    try (StatusReports reports = new StatusReports(writing)) {
      reports.add(attachment(), status(1));
      assertEquals(1L, next());
      reports.forget(attachment());
      assertEquals(-1L, next());
    }
    assertEquals(List.of(), List.copyOf(tried));
  }

  @Test
  void pausesGrowUpToTheIntervalOfReports() {
    List<Duration> pauses = new ArrayList<>();
    Duration pause = null;
    for (int i = 0; i < 5; i++) {
      pause = StatusReports.pause(pause, Duration.ofSeconds(2));
      pauses.add(pause);
    }
    assertEquals(
        List.of(250L, 500L, 1000L, 2000L, 2000L), pauses.stream().map(Duration::toMillis).toList());
    assertEquals(
        Duration.ofSeconds(30),
        StatusReports.pause(Duration.ofSeconds(30), Duration.ofSeconds(3600)));
  }
}
