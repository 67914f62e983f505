package dev.uprobe.kube.signing;

import dev.uprobe.api.v1alpha1.UprobeAttachment;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.Optional;

/** Verifies the operator's signatures of attachments. */
public final class AttachmentVerifier {
  /** Length of 64 bytes in base64. */
  private static final int SIGNATURE_LENGTH = 88;

  private final PublicKey key;

  /** Creates a verifier with an Ed25519 key. */
  public AttachmentVerifier(PublicKey key) {
    this.key = key;
  }

  /**
   * Reads the operator's public key.
   *
   * @param base64 its X.509 encoding
   * @throws IllegalArgumentException if it is not an Ed25519 public key
   */
  public static AttachmentVerifier of(String base64) {
    try {
      byte[] encoded = Base64.getDecoder().decode(base64);
      return new AttachmentVerifier(
          KeyFactory.getInstance(AttachmentSigner.ALGORITHM)
              .generatePublic(new X509EncodedKeySpec(encoded)));
    } catch (IllegalArgumentException | GeneralSecurityException e) {
      throw new IllegalArgumentException(
          "the operator's key should be a public key of Ed25519, X.509 in base64", e);
    }
  }

  /** Returns whether the operator signed this attachment in its current form. */
  public boolean isSigned(UprobeAttachment attachment) {
    Optional<String> signature =
        Optional.ofNullable(attachment.getMetadata().getAnnotations())
            .map(annotations -> annotations.get(UprobeAttachment.SIGNATURE_ANNOTATION))
            .filter(text -> text.length() == SIGNATURE_LENGTH);
    return signature.isPresent() && verify(attachment, signature.get());
  }

  private boolean verify(UprobeAttachment attachment, String base64) {
    try {
      byte[] bytes = Base64.getDecoder().decode(base64);
      Signature signature = Signature.getInstance(AttachmentSigner.ALGORITHM);
      signature.initVerify(key);
      signature.update(SignedContent.of(attachment).bytes());
      return signature.verify(bytes);
    } catch (IllegalArgumentException | GeneralSecurityException e) {
      // Not base64, or not even the shape of a signature.
      return false;
    }
  }
}
