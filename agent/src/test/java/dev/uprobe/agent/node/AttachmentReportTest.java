package dev.uprobe.agent.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.uprobe.agent.containers.ContainerId;
import dev.uprobe.agent.engine.AttachAttempt;
import dev.uprobe.agent.engine.AttachResult;
import dev.uprobe.agent.engine.ContainerState;
import dev.uprobe.agent.engine.Outcome;
import dev.uprobe.agent.engine.ProbeCounts;
import dev.uprobe.agent.engine.ProbeState;
import dev.uprobe.agent.events.model.ContainerRef;
import dev.uprobe.api.v1alpha1.AgentIdentity;
import dev.uprobe.api.v1alpha1.AttachReason;
import dev.uprobe.api.v1alpha1.ContainerCounts;
import dev.uprobe.api.v1alpha1.ContainerReport;
import dev.uprobe.api.v1alpha1.ProbeReport;
import dev.uprobe.api.v1alpha1.UprobeAttachmentStatus;
import dev.uprobe.kube.StatusText;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AttachmentReportTest {
  private static final AgentIdentity AGENT = new AgentIdentity("agent-1", "2030-01-01T00:00:00Z");
  private static final AttachResult ATTACHED = new AttachResult.Attached();
  private static final AttachResult FAILED =
      new AttachResult.Failed(AttachReason.SYMBOL_NOT_FOUND, "no function work", "");
  private static final AttachResult UNDECIDED = new AttachResult.Pending("not chosen yet");
  private static final ProbeState WORK = new ProbeState("work", 2, new ProbeCounts(9, 5, 3, 0, 1));

  private final AttachmentReport report = new AttachmentReport(AGENT);

  private static ContainerState container(String pod, Map<String, AttachResult> results) {
    Map<String, AttachAttempt> attempts = new LinkedHashMap<>();
    results.forEach(
        (probe, result) ->
            attempts.put(probe, AttachAttempt.first(Outcome.of(List.of(result)), 0)));
    return new ContainerState(
        Optional.of(new ContainerId("uid-" + pod, "id-" + pod)),
        Optional.of(new ContainerRef("shop", pod, "main")),
        attempts);
  }

  @Test
  void tellsWhatIsAttached() {
    assertEquals(
        new UprobeAttachmentStatus(
            7L,
            new ContainerCounts(1, 1),
            List.of(new ContainerReport("cart", "main", "id-cart", true, null, null, 1)),
            List.of(new ProbeReport("work", 2, 9, 5, 3, 0, 1, null, null, null)),
            List.of(),
            AGENT,
            null),
        report.of(
            7, List.of(container("cart", Map.of("work", ATTACHED))), List.of(WORK), List.of()));
  }

  @Test
  void theNodeItselfIsAContainerWithoutAName() {
    ContainerState host =
        new ContainerState(
            Optional.empty(),
            Optional.empty(),
            Map.of("work", AttachAttempt.first(Outcome.of(List.of(FAILED)), 0)));
    assertEquals(
        List.of(
            new ContainerReport(null, null, null, false, "SymbolNotFound", "no function work", 0)),
        report.of(1, List.of(host), List.of(WORK), List.of()).containers());
  }

  @Test
  void tellsOfWhatIsNotAttachedFirst() {
    UprobeAttachmentStatus status =
        report.of(
            1,
            List.of(
                container("cart", Map.of("work", ATTACHED)),
                container("stock", Map.of("work", UNDECIDED))),
            List.of(WORK),
            List.of());
    assertEquals(new ContainerCounts(2, 1), status.summary());
    assertEquals(
        new ContainerReport("stock", "main", "id-stock", false, "Attaching", "not chosen yet", 0),
        status.containers().get(0));
    assertEquals("Attaching", status.probes().get(0).reason());
  }

  @Test
  void aFailureTellsMoreThanWhatIsUnderWay() {
    UprobeAttachmentStatus status =
        report.of(
            1,
            List.of(
                container("cart", Map.of("work", UNDECIDED)),
                container("stock", Map.of("work", FAILED))),
            List.of(WORK),
            List.of());
    assertEquals("SymbolNotFound", status.probes().get(0).reason());
    assertEquals("no function work", status.probes().get(0).message());
  }

  @Test
  void aRefusalOfTheKernelIsToldWithoutAnyContainer() {
    ProbeState refused =
        new ProbeState("work", 0, ProbeCounts.NONE, Optional.of(FAILED), Optional.empty());
    ProbeReport probe = report.of(1, List.of(), List.of(refused), List.of()).probes().get(0);
    assertEquals("no function work", probe.message());
  }

  @Test
  void whatCannotBeCarriedOutKeepsItsCounts() {
    AttachResult.Failed bad =
        new AttachResult.Failed(AttachReason.ATTACH_FAILED, "spec.probes: bad", "");
    UprobeAttachmentStatus status = report.failed(3, List.of(WORK), bad, List.of());
    assertEquals(
        List.of(
            new ProbeReport("work", 2, 9, 5, 3, 0, 1, "AttachFailed", "spec.probes: bad", null)),
        status.probes());
    assertEquals(new ContainerCounts(0, 0), status.summary());
    assertNull(status.lastReportTime());
  }

  @Test
  void listsNoMoreThanTheApiTakesAndCountsAll() {
    UprobeAttachmentStatus status =
        report.of(
            1,
            IntStream.range(0, 300)
                .mapToObj(i -> container("pod-" + i, Map.of("work", ATTACHED)))
                .toList(),
            List.of(WORK),
            List.of());
    assertEquals(new ContainerCounts(300, 300), status.summary());
    assertEquals(200, status.containers().size());
  }

  @Test
  void cutsLongTextBetweenCharacters() {
    String smile = "\uD83D\uDE00";
    AttachResult failed =
        new AttachResult.Failed(AttachReason.ATTACH_FAILED, "x".repeat(1023) + smile, "");
    String message =
        report
            .of(1, List.of(container("cart", Map.of("work", failed))), List.of(), List.of())
            .containers()
            .get(0)
            .message();
    assertEquals("x".repeat(1023), message);
    assertEquals("x" + smile, StatusText.cut("x" + smile + "y", 3));
  }
}
