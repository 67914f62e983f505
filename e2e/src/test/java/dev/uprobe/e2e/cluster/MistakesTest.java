package dev.uprobe.e2e.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.client.KubernetesClientException;
import org.junit.jupiter.api.Test;

/** What a user is told who got something wrong. */
@E2eTest
class MistakesTest {

  @Test
  void aTraceThatCannotBeIsRefusedAtOnce(Workspace workspace) {
    String twice =
        TracingTest.CHARGES.replace(
            "podSelector: {matchLabels: {app: shop}}",
            "{podSelector: {matchLabels: {app: shop}}, host: {}}");

    assertThrows(KubernetesClientException.class, () -> workspace.trace(twice));
  }

  @Test
  void aSignatureThatCannotBeReadIsNotAccepted(Workspace workspace) {
    Workspace.Trace trace =
        workspace.trace(
            TracingTest.CHARGES.replace("const char *customer", "const char customer["));

    trace.await("Accepted", "InvalidSpec");

    assertTrue(trace.message("Accepted").contains("signature"), trace.message("Accepted"));
  }

  @Test
  void aSymbolThatIsMissingIsNamedWithThoseThatAreNear(Workspace workspace) {
    workspace.run("shop", 1, "/targets/shop", "acme");

    Workspace.Trace trace =
        workspace.trace(TracingTest.CHARGES.replace("symbol: charge_card", "symbol: charge_crad"));
    var status = trace.awaitReason("AttachFailed").getStatus();

    String message = status.failures().get(0).message();
    assertEquals("SymbolNotFound", status.failures().get(0).reason());
    assertTrue(message.contains("charge_crad") && message.contains("charge_card"), message);
  }
}
