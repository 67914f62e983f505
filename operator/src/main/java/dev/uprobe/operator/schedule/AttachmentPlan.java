package dev.uprobe.operator.schedule;

import dev.uprobe.api.v1alpha1.UprobeAttachment;
import dev.uprobe.api.v1alpha1.UprobeTrace;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * The changes that turn the existing attachments of a trace into the desired ones.
 *
 * @param kept the attachments that stay, including those to apply again
 * @param applied the attachments to create or update
 * @param deleted the attachments to delete
 */
public record AttachmentPlan(
    List<UprobeAttachment> kept, List<UprobeAttachment> applied, List<UprobeAttachment> deleted) {

  public AttachmentPlan {
    kept = List.copyOf(kept);
    applied = List.copyOf(applied);
    deleted = List.copyOf(deleted);
  }

  /**
   * Compares desired and existing attachments.
   *
   * <p>A node whose attachment belongs to an earlier trace of the same name gets its own when that
   * one is gone. An attachment that the trace owns under a name that the operator would not give
   * was created by someone else, and is deleted.
   *
   * @param isSigned whether the operator signed an attachment in its current form
   */
  public static AttachmentPlan of(
      UprobeTrace trace,
      Set<String> desiredNodes,
      Collection<UprobeAttachment> existing,
      ReportInterval interval,
      Predicate<UprobeAttachment> isSigned) {
    List<UprobeAttachment> kept = new ArrayList<>();
    List<UprobeAttachment> applied = new ArrayList<>();
    List<UprobeAttachment> deleted = new ArrayList<>();
    Set<String> missing = new TreeSet<>(desiredNodes);
    for (UprobeAttachment attachment : existing) {
      String node = attachment.getSpec().nodeName();
      boolean isGoing = attachment.getMetadata().getDeletionTimestamp() != null;
      UprobeAttachment desired =
          Attachments.of(
              trace,
              node,
              interval.choose(Optional.ofNullable(attachment.getSpec().reportIntervalSeconds())));
      if (!isGoing
          && desiredNodes.contains(node)
          && isOurs(desired, attachment, isSigned.test(attachment))) {
        kept.add(attachment);
        if (!isSame(desired, attachment) || !isSigned.test(attachment)) {
          // If it has been replaced since, the API server refuses.
          desired.getMetadata().setUid(attachment.getMetadata().getUid());
          applied.add(desired);
        }
        missing.remove(node);
      } else {
        if (!isGoing) {
          deleted.add(attachment);
        }
        if (attachment.getMetadata().getName().equals(desired.getMetadata().getName())) {
          missing.remove(node);
        }
      }
    }
    for (String node : missing) {
      applied.add(Attachments.of(trace, node, interval.choose(Optional.empty())));
    }
    return new AttachmentPlan(kept, applied, deleted);
  }

  /**
   * Returns whether the operator created an attachment. One without a valid signature may come from
   * a version that did not sign, or be signed by an old key, but then its spec is the desired one.
   * Fields that someone else added to a spec would stay when the operator applies its own.
   */
  private static boolean isOurs(
      UprobeAttachment desired, UprobeAttachment found, boolean isSigned) {
    return found.getSpec().trace().uid().equals(desired.getSpec().trace().uid())
        && found.getMetadata().getName().equals(desired.getMetadata().getName())
        && (isSigned || found.getSpec().equals(desired.getSpec()));
  }

  private static boolean isSame(UprobeAttachment desired, UprobeAttachment found) {
    return desired.getSpec().equals(found.getSpec())
        && found.getMetadata().getLabels() != null
        && found
            .getMetadata()
            .getLabels()
            .entrySet()
            .containsAll(desired.getMetadata().getLabels().entrySet())
        && found
            .getMetadata()
            .getOwnerReferences()
            .containsAll(desired.getMetadata().getOwnerReferences());
  }
}
