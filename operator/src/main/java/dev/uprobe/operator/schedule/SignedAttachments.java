package dev.uprobe.operator.schedule;

import dev.uprobe.api.v1alpha1.UprobeAttachment;
import dev.uprobe.kube.signing.AttachmentSigner;
import dev.uprobe.kube.signing.AttachmentVerifier;
import java.security.KeyPair;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Signs attachments, and caches verified signatures. */
public final class SignedAttachments {
  private static final int MAX_KNOWN = 50_000;

  private final Supplier<KeyPair> keys;

  /** Verification takes longer than the rest of the work for an attachment. */
  private final Map<String, Known> known =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Known> eldest) {
          return size() > MAX_KNOWN;
        }
      };

  /**
   * The verified state of an object; the API server increments the generation with each change of
   * the spec.
   */
  private record Known(Long generation, String signature) {}

  public SignedAttachments(Supplier<KeyPair> keys) {
    this.keys = keys;
  }

  /** Returns whether an attachment is signed in its current form. */
  public boolean isSigned(UprobeAttachment attachment) {
    String uid = attachment.getMetadata().getUid();
    Known now = new Known(attachment.getMetadata().getGeneration(), signature(attachment));
    synchronized (known) {
      if (now.equals(known.get(uid))) {
        return true;
      }
    }
    if (!new AttachmentVerifier(keys.get().getPublic()).isSigned(attachment)) {
      return false;
    }
    synchronized (known) {
      known.put(uid, now);
    }
    return true;
  }

  private static String signature(UprobeAttachment attachment) {
    return Optional.ofNullable(attachment.getMetadata().getAnnotations())
        .map(annotations -> annotations.get(UprobeAttachment.SIGNATURE_ANNOTATION))
        .orElse("");
  }

  /**
   * Adds the signature.
   *
   * @param attachment the desired attachment, with the uid of the existing object
   */
  public void sign(UprobeAttachment attachment) {
    Map<String, String> annotations =
        new HashMap<>(
            Optional.ofNullable(attachment.getMetadata().getAnnotations()).orElse(Map.of()));
    annotations.put(
        UprobeAttachment.SIGNATURE_ANNOTATION,
        new AttachmentSigner(keys.get().getPrivate()).sign(attachment));
    attachment.getMetadata().setAnnotations(annotations);
  }
}
