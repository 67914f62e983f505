package dev.uprobe.agent.node;

import dev.uprobe.api.v1alpha1.UprobeAttachment;
import dev.uprobe.kube.signing.AttachmentVerifier;
import java.util.Set;

/**
 * Which attachments an agent carries out: those of its node that the operator has signed. Whoever
 * else can write attachments could have it read the memory of any process.
 */
public final class AttachmentCheck {
  private final AttachmentVerifier verifier;
  private final String node;
  private final Set<String> namespaces;

  /** What is to become of an attachment. */
  enum Answer {
    CARRY_OUT,
    /** It says that it is for this agent, and the operator has not signed it as it is. */
    NOT_SIGNED,
    /** It is of another node or another operator, or about to go. */
    IGNORE
  }

  /**
   * @param namespaces those whose attachments the operator keeps; empty for all
   */
  public AttachmentCheck(AttachmentVerifier verifier, String node, Set<String> namespaces) {
    this.verifier = verifier;
    this.node = node;
    this.namespaces = Set.copyOf(namespaces);
  }

  Answer of(UprobeAttachment attachment) {
    if (isGoing(attachment)
        || !namespaces.isEmpty() && !namespaces.contains(attachment.getMetadata().getNamespace())
        || attachment.getSpec() == null
        || !node.equals(attachment.getSpec().nodeName())) {
      return Answer.IGNORE;
    }
    return verifier.isSigned(attachment) ? Answer.CARRY_OUT : Answer.NOT_SIGNED;
  }

  /** Somebody may hold up the deletion by a finalizer, but not what is traced. */
  static boolean isGoing(UprobeAttachment attachment) {
    return attachment.getMetadata().getDeletionTimestamp() != null;
  }
}
