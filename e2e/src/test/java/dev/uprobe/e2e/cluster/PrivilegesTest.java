package dev.uprobe.e2e.cluster;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.uprobe.v1alpha1.UprobeAttachment;
import dev.uprobe.v1alpha1.UprobeAttachmentSpec;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import org.junit.jupiter.api.Test;

/** What the chart's parts may do in the cluster, and what they may not. */
@E2eTest
class PrivilegesTest {
  private static final String REPORT = "{\"status\":{\"lastReportTime\":\"2026-01-01T00:00:00Z\"}}";

  @Test
  void helmTestPasses(Installation installation) {
    installation.test();
  }

  @Test
  void anAgentWritesTheStatusOfItsOwnNodesAttachments(
      Installation installation, Workspace workspace) {
    UprobeAttachment attachment = attachment(workspace);

    try (KubernetesClient agent = agent(installation, true)) {
      report(agent, attachment);
    }
  }

  @Test
  void anAgentMayNotWriteForAnotherNode(Installation installation, Workspace workspace) {
    UprobeAttachmentSpec spec = attachment(workspace).getSpec();
    UprobeAttachment elsewhere = new UprobeAttachment();
    elsewhere.getMetadata().setName("elsewhere");
    elsewhere.getMetadata().setNamespace(workspace.name());
    elsewhere.setSpec(
        new UprobeAttachmentSpec(
            "another-node",
            spec.trace(),
            spec.target(),
            spec.probes(),
            spec.recentEvents(),
            spec.reportIntervalSeconds()));
    installation.client().resource(elsewhere).create();

    try (KubernetesClient agent = agent(installation, true)) {
      assertDenied("its own node", () -> report(agent, elsewhere));
    }
  }

  @Test
  void aTokenThatNamesNoNodeMayWriteNothing(Installation installation, Workspace workspace) {
    UprobeAttachment attachment = attachment(workspace);

    try (KubernetesClient agent = agent(installation, false)) {
      assertDenied("names no node", () -> report(agent, attachment));
    }
  }

  @Test
  void anAgentMayNotChangeSpecsOrReadSecrets(Installation installation, Workspace workspace) {
    UprobeAttachment attachment = attachment(workspace);

    try (KubernetesClient agent = agent(installation, true)) {
      assertDenied(
          "cannot patch",
          () -> agent.resource(attachment).patch(merge(), "{\"spec\":{\"recentEvents\":50}}"));
      assertDenied("cannot delete", () -> agent.resource(attachment).delete());
      assertDenied("cannot list", () -> agent.secrets().inNamespace(workspace.name()).list());
      assertDenied("cannot list", () -> agent.nodes().list());
    }
  }

  private static void assertDenied(String words, Runnable write) {
    KubernetesClientException refusal = assertThrows(KubernetesClientException.class, write::run);
    assertTrue(refusal.getMessage().contains(words), refusal.getMessage());
  }

  private static void report(KubernetesClient agent, UprobeAttachment attachment) {
    agent.resource(attachment).subresource("status").patch(merge(), REPORT);
  }

  private static PatchContext merge() {
    return PatchContext.of(PatchType.JSON_MERGE);
  }

  private static UprobeAttachment attachment(Workspace workspace) {
    workspace.run("shop", 1, "/targets/shop", "acme");
    Workspace.Trace trace = workspace.trace(TracingTest.CHARGES);
    trace.awaitAttached(1);
    return workspace.attachments(trace).get(0);
  }

  /**
   * A client with a token of the agents' account.
   *
   * @param bound to an agent's pod, as the kubelet's are
   */
  private static KubernetesClient agent(Installation installation, boolean bound) {
    Pod pod = installation.pods(Installation.AGENT).get(0);
    TokenRequestBuilder request = new TokenRequestBuilder().withNewSpec().endSpec();
    if (bound) {
      request
          .editSpec()
          .withNewBoundObjectRef()
          .withApiVersion("v1")
          .withKind("Pod")
          .withName(pod.getMetadata().getName())
          .withUid(pod.getMetadata().getUid())
          .endBoundObjectRef()
          .endSpec();
    }
    TokenRequest token =
        installation
            .client()
            .serviceAccounts()
            .inNamespace(Installation.NAMESPACE)
            .withName(pod.getSpec().getServiceAccountName())
            .tokenRequest(request.build());
    Config admin = installation.client().getConfiguration();
    Config config =
        new ConfigBuilder(Config.empty())
            .withMasterUrl(admin.getMasterUrl())
            .withCaCertData(admin.getCaCertData())
            .withCaCertFile(admin.getCaCertFile())
            .withOauthToken(token.getStatus().getToken())
            .build();
    return new KubernetesClientBuilder().withConfig(config).build();
  }
}
