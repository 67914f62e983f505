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
 * What to change so that the attachments of a trace become the desired ones.
 *
 * @param kept the attachments that stay, also those that are to be applied again
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
   * Compares the desired attachments with those that exist.
   *
   * <p>A node whose attachment belongs to an earlier trace of the same name gets its own once that
   * one is gone. What the trace owns under a name that the operator does not give is somebody
   * else's work, and deleted.
   *
   * @param isSigned whether the operator has signed an attachment as it is
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
          // Should it have been replaced since, the API server refuses.
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
   * Returns whether the operator made an attachment. One that is not signed may be of a version
   * that did not sign, or by a key that is gone, but then holds what is desired. What somebody else
   * put into a spec would stay when the operator applies its own.
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
