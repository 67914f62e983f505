package dev.uprobe.kube.signing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.uprobe.api.v1alpha1.UprobeAttachment;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AttachmentSignatureTest {
  private static final String ATTACHMENT =
      """
      apiVersion: uprobe.dev/v1alpha1
      kind: UprobeAttachment
      metadata:
        namespace: shop
        name: checkout-ca978112ca
        uid: 6a1c6e1c-1111-4222-8333-444455556666
        labels: {uprobe.dev/node: node-a}
      spec:
        nodeName: node-a
        trace: {name: checkout, uid: trace-uid, generation: 3}
        target: {podSelector: {matchLabels: {app: shop, tier: web, zone: one}}}
        probes:
        - {name: charge, symbol: charge_card, type: Call, where: [cents >= 1000]}
        recentEvents: 10
        reportIntervalSeconds: 2
      """;

  private final KeyPair keys = keys();
  private final AttachmentVerifier verifier =
      AttachmentVerifier.of(Base64.getEncoder().encodeToString(keys.getPublic().getEncoded()));

  private static KeyPair keys() {
    try {
      return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private static UprobeAttachment read(String yaml) {
    return new KubernetesSerialization().unmarshal(yaml, UprobeAttachment.class);
  }

  private UprobeAttachment signed(String yaml, String signature) {
    UprobeAttachment attachment = read(yaml);
    attachment
        .getMetadata()
        .setAnnotations(Map.of(UprobeAttachment.SIGNATURE_ANNOTATION, signature));
    return attachment;
  }

  private String signature() {
    return new AttachmentSigner(keys.getPrivate()).sign(read(ATTACHMENT));
  }

  @Test
  void whatTheOperatorSignedIsKnown() {
    assertTrue(verifier.isSigned(signed(ATTACHMENT, signature())));
  }

  @Test
  void theOrderOfFieldsAndLabelsDoesNotMatter() {
    String reordered =
        ATTACHMENT
            .replace("{app: shop, tier: web, zone: one}", "{zone: one, app: shop, tier: web}")
            .replace("name: checkout, uid: trace-uid", "uid: trace-uid, name: checkout");
    assertTrue(verifier.isSigned(signed(reordered, signature())));
  }

  @Test
  void whatIsNotOfTheSpecMayChange() {
    String changed =
        ATTACHMENT.replace("labels: {uprobe.dev/node: node-a}", "labels: {team: x}, generation: 7");
    assertTrue(verifier.isSigned(signed(changed.replace("}, gen", "}\n  gen"), signature())));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          namespace: shop            | namespace: other
          name: checkout-ca978112ca  | name: another
          uid: 6a1c6e1c-             | uid: 7a1c6e1c-
          nodeName: node-a           | nodeName: node-b
          uid: trace-uid             | uid: trace-uib
          generation: 3              | generation: 2
          symbol: charge_card        | symbol: strlen
          recentEvents: 10           | recentEvents: 11
          tier: web, zone: one       | tier: web
          """)
  void aCopyOrAChangeIsNot(String of, String to) {
    assertTrue(ATTACHMENT.contains(of));
    assertFalse(verifier.isSigned(signed(ATTACHMENT.replace(of, to), signature())));
  }

  @Test
  void anotherTargetIsNot() {
    String host = ATTACHMENT.replaceAll("target: .*", "target: {host: {}}");
    assertFalse(verifier.isSigned(signed(host, signature())));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "no base64 no base64 no base64 no base64 no base64 no base64 no base64 no base64 no base64"
      })
  void whatIsNoSignatureIsNone(String signature) {
    assertFalse(verifier.isSigned(signed(ATTACHMENT, signature)));
    assertFalse(verifier.isSigned(signed(ATTACHMENT, "A".repeat(88))));
    assertFalse(verifier.isSigned(signed(ATTACHMENT, "A".repeat(1_000_000))));
    assertFalse(verifier.isSigned(read(ATTACHMENT)));
  }

  @Test
  void anotherKeySignsInVain() {
    String signature = new AttachmentSigner(keys().getPrivate()).sign(read(ATTACHMENT));
    assertFalse(verifier.isSigned(signed(ATTACHMENT, signature)));
  }

  @Test
  void aKeyThatIsNoneIsRefused() {
    for (String key : new String[] {"", "key", "AAAA"}) {
      IllegalArgumentException e =
          assertThrows(IllegalArgumentException.class, () -> AttachmentVerifier.of(key));
      assertEquals(
          "the operator's key should be a public key of Ed25519, X.509 in base64", e.getMessage());
    }
  }
}
