package dev.uprobe.operator.node;

import dev.uprobe.v1alpha1.UprobeAttachment;
import dev.uprobe.v1alpha1.UprobeTrace;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What to change so that the attachments of a trace become those that are wanted.
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
   * Compares what is wanted with what there is.
   *
   * <p>A node whose attachment belongs to an earlier trace of the same name gets its own once that
   * one is gone.
   */
  public static AttachmentPlan of(
      UprobeTrace trace,
      Set<String> wantedNodes,
      Collection<UprobeAttachment> existing,
      ReportInterval interval) {
    List<UprobeAttachment> kept = new ArrayList<>();
    List<UprobeAttachment> applied = new ArrayList<>();
    List<UprobeAttachment> deleted = new ArrayList<>();
    Set<String> missing = new TreeSet<>(wantedNodes);
    for (UprobeAttachment attachment : existing) {
      String node = attachment.getSpec().nodeName();
      boolean isGoing = attachment.getMetadata().getDeletionTimestamp() != null;
      boolean isOurs = attachment.getSpec().trace().uid().equals(trace.getMetadata().getUid());
      if (isOurs && !isGoing && wantedNodes.contains(node)) {
        kept.add(attachment);
        Optional<Integer> current =
            Optional.ofNullable(attachment.getSpec().reportIntervalSeconds());
        UprobeAttachment wanted = Attachments.of(trace, node, interval.choose(current));
        if (!isSame(wanted, attachment)) {
          applied.add(wanted);
        }
        missing.remove(node);
      } else {
        if (!isGoing) {
          deleted.add(attachment);
        }
        if (attachment.getMetadata().getName().equals(nameFor(trace, node))) {
          missing.remove(node);
        }
      }
    }
    for (String node : missing) {
      applied.add(Attachments.of(trace, node, interval.choose(Optional.empty())));
    }
    return new AttachmentPlan(kept, applied, deleted);
  }

  private static String nameFor(UprobeTrace trace, String node) {
    return Attachments.name(trace.getMetadata().getName(), node);
  }

  private static boolean isSame(UprobeAttachment wanted, UprobeAttachment found) {
    return wanted.getSpec().equals(found.getSpec())
        && found.getMetadata().getLabels() != null
        && found
            .getMetadata()
            .getLabels()
            .entrySet()
            .containsAll(wanted.getMetadata().getLabels().entrySet())
        && found
            .getMetadata()
            .getOwnerReferences()
            .containsAll(wanted.getMetadata().getOwnerReferences());
  }
}
