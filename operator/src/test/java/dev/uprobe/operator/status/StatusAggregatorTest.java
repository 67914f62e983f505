package dev.uprobe.operator.status;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.uprobe.api.v1alpha1.AttachFailure;
import dev.uprobe.api.v1alpha1.ContainerCounts;
import dev.uprobe.api.v1alpha1.ContainerReport;
import dev.uprobe.api.v1alpha1.EventCounts;
import dev.uprobe.api.v1alpha1.NodeCounts;
import dev.uprobe.api.v1alpha1.ProbeReport;
import dev.uprobe.api.v1alpha1.RecentEvent;
import dev.uprobe.api.v1alpha1.UprobeAttachment;
import dev.uprobe.api.v1alpha1.UprobeAttachmentStatus;
import dev.uprobe.api.v1alpha1.UprobeTrace;
import dev.uprobe.api.v1alpha1.UprobeTraceStatus;
import dev.uprobe.operator.Traces;
import dev.uprobe.operator.schedule.Attachments;
import dev.uprobe.operator.schedule.DesiredNodes;
import dev.uprobe.operator.validation.Phase;
import dev.uprobe.operator.validation.Validation;
import dev.uprobe.operator.validation.Validation.Refusal;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class StatusAggregatorTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final Validation ACCEPTED = new Validation(Optional.empty(), List.of());

  private final UprobeTrace trace = Traces.of(Traces.SHOP_PODS);

  @Test
  void itIsReadyWhenEveryContainerOfEveryNodeIsAttached() {
    UprobeTraceStatus status =
        status(Map.of("a", 1, "b", 2), attached("a", 1, 10), attached("b", 2, 20));
    assertEquals(
        "True Attached: every probe is attached in 3 containers on 2 nodes", ready(status));
    assertEquals("3/3", status.targets());
    assertEquals(new NodeCounts(2, 2), status.nodes());
    assertEquals(new EventCounts(30, 0, 0, 0), status.events());
    assertEquals(3, status.observedGeneration());
    assertEquals("2026-01-01T00:00:00Z", status.startTime());
  }

  @Test
  void aNodeWithoutAnAnswerIsAwaited() {
    UprobeTraceStatus status = status(Map.of("a", 1, "b", 2), attached("a", 1, 0), fresh("b"));
    assertEquals("False Attaching: 1 of 3 containers are attached, on 1 of 2 nodes", ready(status));
    assertEquals(new ContainerCounts(3, 1), status.containers());
  }

  @Test
  void anAnswerToAnEarlierSpecDoesNotCount() {
    UprobeAttachment outdated = attached("a", 1, 0);
    trace.getMetadata().setGeneration(4L);
    assertEquals(
        "False Attaching: 0 of 1 containers are attached, on 0 of 1 nodes",
        ready(status(Map.of("a", 1), outdated)));
  }

  @Test
  void anAgentThatNeverAnswersIsNamedAfterAWhile() {
    Observation seen = seen(ACCEPTED, Phase.ACTIVE, Map.of("a", 1), START, fresh("a"));
    assertEquals(Optional.of(Duration.ofSeconds(15)), StatusAggregator.changesAfter(seen));
    Observation later =
        seen(ACCEPTED, Phase.ACTIVE, Map.of("a", 1), START.plusSeconds(15), fresh("a"));
    assertEquals(
        "False AgentNotReady: the agent of node a has not reported; see: kubectl -n agents get pods"
            + " -l app.kubernetes.io/name=uprobe-agent -o wide",
        ready(StatusAggregator.status(later)));
    assertEquals(Optional.empty(), StatusAggregator.changesAfter(later));
  }

  @Test
  void aFailureIsNamedByNodePodAndContainer() {
    UprobeTraceStatus status =
        status(
            Map.of("a", 2),
            reported(
                "a",
                new ContainerCounts(2, 0),
                0,
                container("one", "SymbolNotFound", "no function charge_card"),
                container("two", "Attaching", "")));
    assertEquals(
        "False AttachFailed: a/one/app: SymbolNotFound: no function charge_card", ready(status));
    assertEquals(
        List.of(
            new AttachFailure(
                "a", "one", "app", null, "SymbolNotFound", "no function charge_card")),
        status.failures());
  }

  @Test
  void aNodeWhoseAgentLacksACapabilityIsTheReason() {
    UprobeTraceStatus status =
        status(
            Map.of("a", 1, "b", 1),
            reported(
                "a",
                new ContainerCounts(1, 0),
                0,
                container("one", "SymbolNotFound", "no function charge_card")),
            reported(
                "b",
                new ContainerCounts(1, 0),
                0,
                container("two", "MissingCapability", "Linux 6.1 wants CAP_SYS_ADMIN")));
    assertEquals(
        "False MissingCapability: b/two/app: MissingCapability: Linux 6.1 wants CAP_SYS_ADMIN"
            + " (status.failures has more)",
        ready(status));
  }

  @Test
  void aTraceOfNodesCountsNodes() {
    trace.setSpec(Traces.spec(Traces.HOST, Map.of(), false, null));
    UprobeAttachment waiting =
        reported(
            "b",
            new ContainerCounts(1, 0),
            0,
            new ContainerReport(
                null, null, null, false, "Attaching", "no process of the node matches", 0));
    UprobeTraceStatus some = status(Map.of("a", 1, "b", 1), attached("a", 1, 4), waiting);
    assertEquals(
        "False Attaching: the probes are attached on 1 of 2 nodes; b: no process of the node"
            + " matches",
        ready(some));
    assertEquals("1/2", some.targets());
    assertEquals(new NodeCounts(2, 1), some.nodes());
    assertEquals(
        "True Attached: every probe is attached on 2 nodes",
        ready(status(Map.of("a", 1, "b", 1), attached("a", 1, 4), attached("b", 1, 0))));
    UprobeAttachment missing =
        reported(
            "b",
            new ContainerCounts(1, 0),
            0,
            new ContainerReport(
                null, null, null, false, "FileNotFound", "There is no file /usr/bin/x", 0));
    UprobeTraceStatus failed = status(Map.of("a", 1, "b", 1), attached("a", 1, 4), missing);
    assertEquals("False AttachFailed: b: FileNotFound: There is no file /usr/bin/x", ready(failed));
    assertEquals(
        List.of(
            new AttachFailure(
                "b", null, null, null, "FileNotFound", "There is no file /usr/bin/x")),
        failed.failures());
  }

  @Test
  void withoutPodsItSaysHowToFindThem() {
    assertEquals(
        "False NoMatchingPods: no pod in namespace shop has the labels of spec.target.podSelector;"
            + " compare with: kubectl -n shop get pods --show-labels",
        ready(status(Map.of())));
  }

  @Test
  void whatDoesNotRunSaysWhy() {
    assertEquals(
        "False Suspended: nothing is attached; set spec.suspend to false to trace again",
        ready(StatusAggregator.status(seen(ACCEPTED, Phase.SUSPENDED, Map.of(), START))));
    assertEquals(
        "False Finished: the trace has run for its activeDeadlineSeconds; raise it to continue,"
            + " or delete the trace",
        ready(StatusAggregator.status(seen(ACCEPTED, Phase.FINISHED, Map.of(), START))));
    Validation refused =
        new Validation(Optional.of(new Refusal("InvalidSpec", "spec.probes: x")), List.of());
    UprobeTraceStatus status =
        StatusAggregator.status(seen(refused, Phase.ACTIVE, Map.of(), START));
    assertEquals("False InvalidSpec: nothing is attached: spec.probes: x", ready(status));
    assertEquals("False InvalidSpec: spec.probes: x", text(status.conditions().get(0)));
  }

  @Test
  void aTransitionIsAsOldAsTheStatusOfTheCondition() {
    trace.setStatus(status(Map.of("a", 1), fresh("a")));
    UprobeTraceStatus still =
        StatusAggregator.status(
            seen(ACCEPTED, Phase.ACTIVE, Map.of("a", 1), START.plusSeconds(60), fresh("a")));
    assertEquals("False AgentNotReady", ready(still).substring(0, 19));
    assertEquals("2026-01-01T00:00:00Z", still.conditions().get(1).getLastTransitionTime());
    UprobeTraceStatus now =
        StatusAggregator.status(
            seen(
                ACCEPTED,
                Phase.ACTIVE,
                Map.of("a", 1),
                START.plusSeconds(60),
                attached("a", 1, 0)));
    assertEquals("2026-01-01T00:01:00Z", now.conditions().get(1).getLastTransitionTime());
  }

  @Test
  void nothingNewGivesTheSameStatus() {
    UprobeTraceStatus first = status(Map.of("a", 1), attached("a", 1, 7));
    trace.setStatus(first);
    assertEquals(
        first,
        StatusAggregator.status(
            seen(
                ACCEPTED,
                Phase.ACTIVE,
                Map.of("a", 1),
                START.plusSeconds(5),
                attached("a", 1, 7))));
  }

  @Test
  void countsAndEventsStayWhenTheAttachmentsGo() {
    trace.setStatus(status(Map.of("a", 1), attached("a", 1, 7)));
    UprobeTraceStatus status =
        StatusAggregator.status(seen(ACCEPTED, Phase.SUSPENDED, Map.of(), START));
    assertEquals(7, status.events().total());
    assertEquals(7, status.carriedOver().total());
    assertEquals("0/0", status.targets());
  }

  @Test
  void theNewestEventsOfAllNodesAreKept() {
    RecentEvent old = event("2026-01-01T00:00:00Z", "old");
    RecentEvent middle = event("2026-01-01T00:00:05Z", "middle");
    RecentEvent latest = event("2026-01-01T00:00:05.5Z", "latest");
    trace.setStatus(status(Map.of("a", 1), with("a", middle, old)));
    assertEquals(
        List.of(latest, middle),
        status(Map.of("a", 1, "b", 1), with("a", middle, old), with("b", latest)).recentEvents());
  }

  @Test
  void theDeadlineIsLookedAtInTime() {
    trace.setSpec(Traces.spec(Traces.SHOP_PODS, Map.of(), false, 60));
    assertEquals(
        Optional.of(Duration.ofSeconds(50)),
        StatusAggregator.changesAfter(
            seen(ACCEPTED, Phase.ACTIVE, Map.of(), START.plusSeconds(10))));
  }

  private UprobeTraceStatus status(Map<String, Integer> wanted, UprobeAttachment... attachments) {
    return StatusAggregator.status(seen(ACCEPTED, Phase.ACTIVE, wanted, START, attachments));
  }

  private Observation seen(
      Validation acceptance,
      Phase phase,
      Map<String, Integer> wanted,
      Instant now,
      UprobeAttachment... attachments) {
    return new Observation(
        trace,
        acceptance,
        phase,
        Optional.of(START),
        new DesiredNodes(new TreeMap<>(wanted), wanted.size()),
        List.of(attachments),
        "agents",
        now);
  }

  private UprobeAttachment fresh(String node) {
    UprobeAttachment attachment = Attachments.of(trace, node, 2);
    attachment.getMetadata().setGeneration(1L);
    attachment.getMetadata().setCreationTimestamp(START.toString());
    return attachment;
  }

  private UprobeAttachment attached(String node, int containers, long events) {
    return reported(node, new ContainerCounts(containers, containers), events);
  }

  private UprobeAttachment reported(
      String node, ContainerCounts summary, long events, ContainerReport... containers) {
    return reported(node, summary, events, List.of(containers), List.of());
  }

  private UprobeAttachment with(String node, RecentEvent... events) {
    return reported(node, new ContainerCounts(1, 1), 0, List.of(), List.of(events));
  }

  private UprobeAttachment reported(
      String node,
      ContainerCounts summary,
      long events,
      List<ContainerReport> containers,
      List<RecentEvent> recent) {
    UprobeAttachment attachment = fresh(node);
    attachment.setStatus(
        new UprobeAttachmentStatus(
            1L,
            summary,
            containers,
            List.of(new ProbeReport("charge", 1, events, events, 0, 0, 0, null, null, null)),
            recent,
            null,
            null));
    return attachment;
  }

  private static ContainerReport container(String pod, String reason, String message) {
    return new ContainerReport(pod, "app", "containerd://1", false, reason, message, 0);
  }

  private static RecentEvent event(String time, String message) {
    return new RecentEvent(time, "one", "app", "charge", "shop", 1, message);
  }

  private static String ready(UprobeTraceStatus status) {
    return text(status.conditions().get(1));
  }

  private static String text(Condition condition) {
    return condition.getStatus() + " " + condition.getReason() + ": " + condition.getMessage();
  }
}
