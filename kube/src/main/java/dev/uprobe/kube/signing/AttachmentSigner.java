package dev.uprobe.kube.signing;

import dev.uprobe.api.v1alpha1.UprobeAttachment;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.util.Base64;

/** Signs attachments. */
public final class AttachmentSigner {
  /** RFC 8032; every JDK has it. */
  static final String ALGORITHM = "Ed25519";

  private final PrivateKey key;

  /** Creates a signer with an Ed25519 key. */
  public AttachmentSigner(PrivateKey key) {
    this.key = key;
  }

  /**
   * Returns the signature of an attachment that the API server has created, for its annotation
   * {@link UprobeAttachment#SIGNATURE_ANNOTATION}.
   *
   * @param attachment with namespace, name and uid
   */
  public String sign(UprobeAttachment attachment) {
    try {
      Signature signature = Signature.getInstance(ALGORITHM);
      signature.initSign(key);
      signature.update(SignedContent.of(attachment).bytes());
      return Base64.getEncoder().encodeToString(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the key cannot sign", e);
    }
  }
}
