package dev.uprobe.agent.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.uprobe.agent.node.AttachmentCheck.Answer;
import dev.uprobe.api.v1alpha1.UprobeAttachment;
import dev.uprobe.kube.signing.AttachmentSigner;
import dev.uprobe.kube.signing.AttachmentVerifier;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AttachmentCheckTest {
  private static final String SPEC = "target: {podSelector: {}}\nprobes: [{name: p, symbol: f}]\n";

  private final KeyPair operator = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
  private final UprobeAttachment attachment = TracedNode.unsigned(1, SPEC);

  AttachmentCheckTest() throws NoSuchAlgorithmException {
    attachment
        .getMetadata()
        .setAnnotations(
            Map.of(
                UprobeAttachment.SIGNATURE_ANNOTATION,
                new AttachmentSigner(operator.getPrivate()).sign(attachment)));
  }

  private Answer answer(String node, Set<String> namespaces) {
    return new AttachmentCheck(new AttachmentVerifier(operator.getPublic()), node, namespaces)
        .of(attachment);
  }

  @Test
  void whatTheOperatorSignedForThisNodeIsCarriedOut() {
    assertEquals(Answer.CARRY_OUT, answer("node", Set.of()));
    assertEquals(Answer.CARRY_OUT, answer("node", Set.of("shop")));
  }

  @Test
  void theLabelOfAnotherNodeBringsItNowhere() {
    assertEquals(Answer.IGNORE, answer("another-node", Set.of()));
  }

  @Test
  void whatAnotherOperatorKeepsIsLeftToItsAgents() {
    assertEquals(Answer.IGNORE, answer("node", Set.of("stock")));
  }

  @Test
  void whatIsGoingIsOver() {
    attachment.getMetadata().setDeletionTimestamp("2030-01-01T00:00:00Z");
    assertEquals(Answer.IGNORE, answer("node", Set.of()));
  }

  @Test
  void whatIsCreatedAgainIsNotTheOneThatWasSigned() {
    attachment.getMetadata().setUid("another-uid");
    assertEquals(Answer.NOT_SIGNED, answer("node", Set.of()));
  }
}
