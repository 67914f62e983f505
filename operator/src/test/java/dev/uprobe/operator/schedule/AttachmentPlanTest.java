package dev.uprobe.operator.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.uprobe.api.v1alpha1.UprobeAttachment;
import dev.uprobe.api.v1alpha1.UprobeAttachmentSpec;
import dev.uprobe.api.v1alpha1.UprobeTrace;
import dev.uprobe.operator.Traces;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AttachmentPlanTest {
  private final UprobeTrace trace = Traces.of(Traces.SHOP_PODS);
  private final KeyPair keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
  private final SignedAttachments signed = new SignedAttachments(() -> keys);

  AttachmentPlanTest() throws NoSuchAlgorithmException {}

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
  void whatIsNotSignedAsItIsIsAppliedAgain() {
    UprobeAttachment unsigned = existing("a");
    unsigned.getMetadata().setAnnotations(null);
    UprobeAttachment replaced = existing("b");
    replaced.getMetadata().setUid("another-uid");
    AttachmentPlan plan = plan(Set.of("a", "b", "c"), unsigned, replaced, existing("c"));
    assertEquals(List.of("a", "b"), nodes(plan.applied()));
    assertEquals("another-uid", plan.applied().get(1).getMetadata().getUid());
    assertEquals(List.of("a", "b", "c"), nodes(plan.kept()));
  }

  @Test
  void aSpecThatSomebodyElseHasChangedMakesRoom() {
    UprobeAttachment changed = existing("a");
    UprobeAttachmentSpec spec = changed.getSpec();
    changed.setSpec(
        new UprobeAttachmentSpec(spec.nodeName(), spec.trace(), Traces.HOST, spec.probes(), 10, 2));
    AttachmentPlan plan = plan(Set.of("a"), changed);
    assertEquals(List.of("a"), nodes(plan.deleted()));
    assertEquals(new AttachmentPlan(List.of(), List.of(), plan.deleted()), plan);
  }

  @Test
  void whatHasANameThatTheOperatorDoesNotGiveIsDeleted() {
    UprobeAttachment forged = existing("a");
    forged.getMetadata().setName("forged");
    AttachmentPlan plan = plan(Set.of("a"), forged, existing("a"));
    assertEquals(List.of("forged"), plan.deleted().stream().map(this::name).toList());
    assertEquals(List.of("checkout-ca978112ca"), plan.kept().stream().map(this::name).toList());
    assertEquals(List.of(), plan.applied());
  }

  private String name(UprobeAttachment attachment) {
    return attachment.getMetadata().getName();
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
    return AttachmentPlan.of(
        trace, nodes, List.of(existing), new ReportInterval(2), signed::isSigned);
  }

  private UprobeAttachment existing(String node) {
    UprobeAttachment attachment = Attachments.of(trace, node, 2);
    attachment.getMetadata().setUid("uid-" + node);
    signed.sign(attachment);
    return attachment;
  }

  private static List<String> nodes(List<UprobeAttachment> attachments) {
    return attachments.stream().map(each -> each.getSpec().nodeName()).toList();
  }
}
