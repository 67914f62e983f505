package dev.uprobe.agent.node;

import dev.uprobe.agent.engine.AttachResult;
import dev.uprobe.agent.engine.Diagnostics;
import dev.uprobe.api.v1alpha1.AttachReason;
import dev.uprobe.api.v1alpha1.UprobeAttachment;
import dev.uprobe.api.v1alpha1.UprobeAttachmentSpec;
import dev.uprobe.kube.ReducedStore;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The attachments that are not carried out, as the operator has not signed them. Of each, no more
 * is kept than its status needs: anybody may have written it.
 */
final class UnsignedAttachments {
  static final AttachResult.Failed FAILURE =
      new AttachResult.Failed(
          AttachReason.NOT_SIGNED,
          "the operator did not sign this attachment in its current form, so the"
              + " agent ignores it; only the operator may write attachments: delete it, and make sure that nobody else may"
              + " write them; if the operator's key was replaced, this ends when this agent is"
              + " replaced",
          "");

  private static final int MAX = 1000;

  private final Diagnostics diagnostics;
  private final Map<String, Unsigned> byUid = new LinkedHashMap<>();

  /**
   * @param diagnostics is told once of each
   */
  UnsignedAttachments(Diagnostics diagnostics) {
    this.diagnostics = diagnostics;
  }

  /**
   * An attachment as it was looked at.
   *
   * @param signature what stands in its place
   */
  private record Unsigned(UprobeAttachment attachment, Optional<String> signature) {

    boolean isSame(UprobeAttachment other) {
      return attachment.getMetadata().getGeneration().equals(other.getMetadata().getGeneration())
          && signature.equals(signatureOf(other));
    }
  }

  private static Optional<String> signatureOf(UprobeAttachment attachment) {
    return Optional.ofNullable(attachment.getMetadata().getAnnotations())
        .map(annotations -> annotations.get(UprobeAttachment.SIGNATURE_ANNOTATION))
        .map(text -> text.substring(0, Math.min(text.length(), 100)));
  }

  /** Returns whether an attachment is known, and has not changed since. */
  boolean contains(UprobeAttachment attachment) {
    Unsigned known = byUid.get(attachment.getMetadata().getUid());
    return known != null && known.isSame(attachment);
  }

  /** Takes note of an attachment. Beyond the first thousand that happens without a word. */
  void add(UprobeAttachment attachment) {
    ObjectMeta metadata = attachment.getMetadata();
    boolean isNew = !byUid.containsKey(metadata.getUid());
    if (isNew && byUid.size() >= MAX) {
      return;
    }
    byUid.put(metadata.getUid(), new Unsigned(reduced(attachment), signatureOf(attachment)));
    if (isNew) {
      diagnostics.warn(
          "UprobeAttachment "
              + metadata.getNamespace()
              + "/"
              + metadata.getName()
              + ": "
              + FAILURE.message()
              + ".");
    }
  }

  private static UprobeAttachment reduced(UprobeAttachment attachment) {
    UprobeAttachment reduced = new UprobeAttachment();
    ObjectMeta metadata = ReducedStore.identity(attachment);
    metadata.setGeneration(attachment.getMetadata().getGeneration());
    reduced.setMetadata(metadata);
    reduced.setSpec(new UprobeAttachmentSpec(null, null, null, List.of(), null, null));
    return reduced;
  }

  void remove(String uid) {
    byUid.remove(uid);
  }

  Collection<UprobeAttachment> all() {
    return byUid.values().stream().map(Unsigned::attachment).toList();
  }
}
