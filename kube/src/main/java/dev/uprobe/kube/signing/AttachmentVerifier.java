package dev.uprobe.kube.signing;

import dev.uprobe.api.v1alpha1.UprobeAttachment;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.Optional;

/** Knows which attachments the operator has signed. */
public final class AttachmentVerifier {
  /** Of 64 bytes in base64. */
  private static final int SIGNATURE_LENGTH = 88;

  private final PublicKey key;

  /** Knows signatures by a key of Ed25519. */
  public AttachmentVerifier(PublicKey key) {
    this.key = key;
  }

  /**
   * Reads the operator's public key.
   *
   * @param base64 its X.509 encoding
   * @throws IllegalArgumentException if that is something else
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

  /** Returns whether the operator has signed this very attachment, as it is now. */
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
