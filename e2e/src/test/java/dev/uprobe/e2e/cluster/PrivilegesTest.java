package dev.uprobe.e2e.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.uprobe.api.v1alpha1.HostTarget;
import dev.uprobe.api.v1alpha1.Target;
import dev.uprobe.api.v1alpha1.TraceReference;
import dev.uprobe.api.v1alpha1.UprobeAttachment;
import dev.uprobe.api.v1alpha1.UprobeAttachmentSpec;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.List;
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

  /** The capabilities of each thread of each agent, as the kernel's own text has them. */
  private static List<String> capabilities(Installation installation, String set) {
    return installation
        .lookAtNode(
            "for task in /proc/[0-9]*/task/[0-9]*; do"
                + " if tr '\\0' ' ' < ${task%/task/*}/cmdline | grep -q '[a]gent.cli.Main node';"
                + " then grep -h "
                + set
                + ": $task/status; fi; done 2>/dev/null")
        .lines()
        .distinct()
        .toList();
  }

  @Test
  void noThreadOfAnAgentKeepsWhatItsKernelDoesNotAskFor(
      Installation installation, Workspace workspace) {
    attachment(workspace);
    String four = "000000c000080004";
    String withSysAdmin = "000000c000280004";
    String kept = hasUprobeMulti(installation) ? four : withSysAdmin;
    for (String set : List.of("CapPrm", "CapEff", "CapBnd")) {
      assertEquals(List.of(set + ":\t" + kept), capabilities(installation, set));
    }
    for (String set : List.of("CapInh", "CapAmb")) {
      assertEquals(List.of(set + ":\t0000000000000000"), capabilities(installation, set));
    }
  }

  private static boolean hasUprobeMulti(Installation installation) {
    String[] release =
        installation
            .client()
            .nodes()
            .list()
            .getItems()
            .get(0)
            .getStatus()
            .getNodeInfo()
            .getKernelVersion()
            .split("[.-]");
    int major = Integer.parseInt(release[0]);
    return major > 6 || major == 6 && Integer.parseInt(release[1]) >= 6;
  }

  @Test
  void anAgentMayNotWriteForAnotherNode(Installation installation, Workspace workspace) {
    UprobeAttachmentSpec spec = attachment(workspace).getSpec();
    UprobeAttachment elsewhere =
        attachment(
            workspace,
            "elsewhere",
            new UprobeAttachmentSpec(
                "another-node",
                spec.trace(),
                spec.target(),
                spec.probes(),
                spec.recentEvents(),
                spec.reportIntervalSeconds()));
    try (KubernetesClient operator = installation.clientOf("uprobe-operator");
        KubernetesClient agent = agent(installation, true)) {
      operator.resource(elsewhere).create();
      assertDenied("its own node", () -> report(agent, elsewhere));
    }
  }

  private static UprobeAttachment attachment(
      Workspace workspace, String name, UprobeAttachmentSpec spec) {
    UprobeAttachment attachment = new UprobeAttachment();
    attachment.getMetadata().setName(name);
    attachment.getMetadata().setNamespace(workspace.name());
    attachment.setSpec(spec);
    return attachment;
  }

  @Test
  void whoMayDoEverythingInANamespaceMayNotWriteAttachments(
      Installation installation, Workspace workspace) {
    UprobeAttachment attachment = attachment(workspace);
    UprobeAttachmentSpec spec = attachment.getSpec();
    UprobeAttachment forged =
        attachment(
            workspace,
            "forged",
            new UprobeAttachmentSpec(
                spec.nodeName(),
                spec.trace(),
                new Target(null, null, new HostTarget(null, null, null)),
                spec.probes(),
                spec.recentEvents(),
                spec.reportIntervalSeconds()));
    String operatorOnly = "only the operator writes";

    try (KubernetesClient tenant = workspace.tenant()) {
      // That is what the tenant may do besides.
      tenant.configMaps().inNamespace(workspace.name()).list();
      assertDenied(operatorOnly, () -> tenant.resource(forged).create());
      assertDenied(operatorOnly, () -> tenant.resource(forged).serverSideApply());
      assertDenied(
          operatorOnly,
          () -> tenant.resource(attachment).patch(merge(), "{\"spec\":{\"recentEvents\":50}}"));
      assertDenied(
          operatorOnly,
          () ->
              tenant
                  .resource(attachment)
                  .patch(merge(), "{\"metadata\":{\"finalizers\":[\"example.com/never\"]}}"));
      assertDenied(
          operatorOnly,
          () ->
              tenant
                  .resource(attachment)
                  .patch(merge(), "{\"metadata\":{\"ownerReferences\":null}}"));
      assertDenied("only the agent", () -> report(tenant, attachment));
      assertDenied(operatorOnly, () -> tenant.resource(attachment).delete());
      assertDenied(
          operatorOnly,
          () -> tenant.resources(UprobeAttachment.class).inNamespace(workspace.name()).delete());
    }
    // Not even who may do everything in the cluster, nor the operator a status.
    assertDenied(operatorOnly, () -> installation.client().resource(forged).create());
    try (KubernetesClient operator = installation.clientOf("uprobe-operator")) {
      assertDenied("cannot patch", () -> report(operator, attachment));
    }
  }

  @Test
  void withoutThePolicyAHandMadeAttachmentIsNotCarriedOut(
      Installation installation, Workspace workspace) {
    UprobeAttachment attachment = attachment(workspace);
    UprobeAttachmentSpec spec = attachment.getSpec();
    UprobeAttachment forged =
        attachment(
            workspace,
            "forged",
            new UprobeAttachmentSpec(
                spec.nodeName(),
                new TraceReference("forged", "forged", 1L),
                new Target(null, null, new HostTarget(null, null, "shop")),
                spec.probes(),
                spec.recentEvents(),
                spec.reportIntervalSeconds()));
    forged.getMetadata().setLabels(attachment.getMetadata().getLabels());
    forged.getMetadata().setAnnotations(attachment.getMetadata().getAnnotations());

    installation.upgrade("admissionPolicy.enabled", "false");
    try (KubernetesClient tenant = workspace.tenant()) {
      Await.until(
          "nothing forbids it any more", () -> isCreated(tenant, forged), created -> created);
      UprobeAttachment answered =
          Await.until(
              "the agent says that it does not carry it out",
              () -> tenant.resource(forged).get(),
              each -> each.getStatus() != null && !each.getStatus().containers().isEmpty());
      assertEquals("NotSigned", answered.getStatus().containers().get(0).reason());
      assertEquals(List.of(), answered.getStatus().recentEvents());
      assertTrue(
          installation
              .agentLog()
              .contains(workspace.name() + "/forged: the operator has not signed"),
          installation.agentLog());
      assertEquals(
          List.of(),
          installation.events().stream().filter(each -> each.trace().equals("forged")).toList());
      tenant.resource(forged).delete();
    } finally {
      installation.upgrade("admissionPolicy.enabled", "true");
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

  private static boolean isCreated(KubernetesClient tenant, UprobeAttachment forged) {
    try {
      tenant.resource(forged).create();
      return true;
    } catch (KubernetesClientException e) {
      return false;
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
    return installation.clientOf(pod.getSpec().getServiceAccountName(), request.build());
  }
}
