package dev.uprobe.operator.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.uprobe.operator.Traces;
import dev.uprobe.v1alpha1.UprobeAttachment;
import dev.uprobe.v1alpha1.UprobeTrace;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AttachmentPlanTest {
  private final UprobeTrace trace = Traces.of(Traces.SHOP_PODS);

  @Test
  void missingAttachmentsAreApplied() {
    AttachmentPlan plan = plan(Set.of("a", "b"), existing("a"));
    assertEquals(List.of("b"), nodes(plan.applied()));
    assertEquals(List.of("a"), nodes(plan.kept()));
    assertEquals(List.of(), plan.deleted());
  }

  @Test
  void attachmentsOfOtherNodesAreDeleted() {
    AttachmentPlan plan = plan(Set.of("a"), existing("a"), existing("b"));
    assertEquals(List.of("b"), nodes(plan.deleted()));
    assertEquals(List.of("a"), nodes(plan.kept()));
    assertEquals(List.of(), plan.applied());
  }

  @Test
  void whatDiffersIsAppliedAgain() {
    UprobeAttachment outdated = existing("a");
    trace.getMetadata().setGeneration(4L);
    UprobeAttachment relabelled = existing("b");
    relabelled.getMetadata().setLabels(null);
    UprobeAttachment orphaned = existing("c");
    orphaned.getMetadata().setOwnerReferences(List.of());
    AttachmentPlan plan =
        plan(Set.of("a", "b", "c", "d"), outdated, relabelled, orphaned, existing("d"));
    assertEquals(List.of("a", "b", "c"), nodes(plan.applied()));
    assertEquals(4, plan.applied().get(0).getSpec().trace().generation());
    assertEquals(List.of("a", "b", "c", "d"), nodes(plan.kept()));
  }

  @Test
  void anAttachmentOfAnEarlierTraceOfThisNameMakesRoomFirst() {
    UprobeAttachment earlier = existing("a");
    trace.getMetadata().setUid("new-uid");
    AttachmentPlan plan = plan(Set.of("a"), earlier);
    assertEquals(List.of("a"), nodes(plan.deleted()));
    assertEquals(List.of(), plan.applied());
    assertEquals(List.of("a"), nodes(plan(Set.of("a")).applied()));
  }

  @Test
  void whatIsGoingIsNeitherDeletedAgainNorCounted() {
    UprobeAttachment going = existing("a");
    going.getMetadata().setDeletionTimestamp("2026-01-01T00:00:00Z");
    AttachmentPlan plan = plan(Set.of("a"), going);
    assertEquals(new AttachmentPlan(List.of(), List.of(), List.of()), plan);
  }

  @Test
  void namesAreShortEnoughAndTellNodesAndTracesApart() {
    String long1 = "t".repeat(252) + "1";
    String long2 = "t".repeat(252) + "2";
    assertTrue(Attachments.name(long1, "a").length() <= 253);
    assertNotEquals(Attachments.name(long1, "a"), Attachments.name(long2, "a"));
    assertNotEquals(Attachments.name("t", "a"), Attachments.name("t", "b"));
    assertEquals("checkout-ca978112ca", Attachments.name("checkout", "a"));
  }

  private AttachmentPlan plan(Set<String> nodes, UprobeAttachment... existing) {
    return AttachmentPlan.of(trace, nodes, List.of(existing), new ReportInterval(2));
  }

  private UprobeAttachment existing(String node) {
    return Attachments.of(trace, node, 2);
  }

  private static List<String> nodes(List<UprobeAttachment> attachments) {
    return attachments.stream().map(each -> each.getSpec().nodeName()).toList();
  }
}
