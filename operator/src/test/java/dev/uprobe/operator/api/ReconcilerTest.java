package dev.uprobe.operator.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.uprobe.api.v1alpha1.ContainerCounts;
import dev.uprobe.api.v1alpha1.ContainerReport;
import dev.uprobe.api.v1alpha1.EventCounts;
import dev.uprobe.api.v1alpha1.NodeCounts;
import dev.uprobe.api.v1alpha1.ProbeReport;
import dev.uprobe.api.v1alpha1.UprobeAttachment;
import dev.uprobe.api.v1alpha1.UprobeAttachmentSpec;
import dev.uprobe.api.v1alpha1.UprobeAttachmentStatus;
import dev.uprobe.api.v1alpha1.UprobeTrace;
import dev.uprobe.api.v1alpha1.UprobeTraceStatus;
import dev.uprobe.kube.signing.AttachmentVerifier;
import dev.uprobe.operator.OperatorConfig;
import dev.uprobe.operator.Traces;
import dev.uprobe.operator.UprobeOperator;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole operator on a real API server; the tests play scheduler and agent. */
@OnApiServer
class ReconcilerTest {
  private static final String PODS = "target: {podSelector: {matchLabels: {app: shop}}}, ";
  private static final String PROBES = "probes: [{name: charge, symbol: charge_card}]";

  private final KubernetesClient client;
  private final String id = UUID.randomUUID().toString().substring(0, 8);
  private final String namespace = "shop-" + id;
  private final String system = "system-" + id;
  private final String nodeA = "node-a-" + id;
  private final String nodeB = "node-b-" + id;
  @TempDir Path folder;
  private Path template;
  private UprobeOperator operator;

  ReconcilerTest(KubernetesClient client) {
    this.client = client;
  }

  @BeforeEach
  void start() throws IOException {
    for (String name : List.of(namespace, system)) {
      client
          .resource(new NamespaceBuilder().withNewMetadata().withName(name).endMetadata().build())
          .create();
    }
    template = folder.resolve("agent.yaml");
    Files.writeString(
        template,
        """
        apiVersion: apps/v1
        kind: DaemonSet
        metadata: {name: uprobe-agent}
        spec:
          selector: {matchLabels: {app: agent}}
          template:
            metadata: {labels: {app: agent}}
            spec: {containers: [{name: agent, image: agent:1}]}
        """);
    operator = operator();
  }

  private UprobeOperator operator() throws IOException {
    return operator(Map.of());
  }

  /** Starts it with more in its environment than it needs. */
  private UprobeOperator operator(Map<String, String> more) throws IOException {
    Map<String, String> environment =
        new HashMap<>(
            Map.of(
                "OPERATOR_NAMESPACE",
                system,
                "WATCH_NAMESPACES",
                namespace,
                "AGENT_TEMPLATE",
                template.toString(),
                "HEALTH_PORT",
                "0",
                "LEADER_ELECTION",
                "false"));
    environment.putAll(more);
    UprobeOperator started = new UprobeOperator(client, OperatorConfig.of(environment), "test");
    started.start();
    return started;
  }

  @AfterEach
  void stop() {
    operator.close();
    client.resources(UprobeTrace.class).inNamespace(namespace).delete();
    client.resources(UprobeAttachment.class).inNamespace(namespace).delete();
    client.pods().inNamespace(namespace).withGracePeriod(0).delete();
    client.nodes().withName(nodeA).delete();
    client.nodes().withName(nodeB).delete();
  }

  @Test
  void aTraceGetsAnAttachmentOnEachNodeThatRunsItsPods() throws Exception {
    pod("one", nodeA, "shop");
    pod("two", nodeB, "shop");
    pod("other", "node-c", "other");
    UprobeTrace trace = apply(PODS + PROBES);
    awaitNodes(nodeA, nodeB);

    UprobeAttachment attachment = attachment(nodeA);
    OwnerReference owner = attachment.getMetadata().getOwnerReferences().get(0);
    assertEquals(trace.getMetadata().getUid(), owner.getUid());
    assertEquals("UprobeTrace", owner.getKind());
    assertEquals(true, owner.getController());
    assertEquals(true, owner.getBlockOwnerDeletion());
    assertEquals(
        Map.of("uprobe.dev/trace", "checkout", "uprobe.dev/node", nodeA),
        attachment.getMetadata().getLabels());
    assertEquals(trace.getSpec().probes(), attachment.getSpec().probes());
    assertTrue(
        attachment.getMetadata().getManagedFields().stream()
            .anyMatch(
                fields ->
                    fields.getManager().equals("uprobe-operator")
                        && fields.getOperation().equals("Apply")));
    awaitReady("False", "Attaching");
    assertEquals("0/2", status().targets());
  }

  @Test
  void itIsReadyOnceEveryAgentHasAttached() throws Exception {
    pod("one", nodeA, "shop");
    pod("two", nodeB, "shop");
    apply(PODS + PROBES);
    awaitNodes(nodeA, nodeB);
    report(nodeA, true, 5);
    awaitStatus(status -> status.nodes().equals(new NodeCounts(2, 1)));
    report(nodeB, true, 7);
    awaitReady("True", "Attached");
    assertEquals("2/2", status().targets());
    assertEquals(12, status().events().total());
  }

  @Test
  void aFailureIsNamed() throws Exception {
    pod("one", nodeA, "shop");
    apply(PODS + PROBES);
    awaitNodes(nodeA);
    report(nodeA, false, 0);
    awaitReady("False", "AttachFailed");
    assertEquals("one", status().failures().get(0).pod());
    assertEquals(nodeA + "/one/app: SymbolNotFound: no function charge_card", ready().getMessage());
    Await.until(
        "there are events about it",
        () -> events().stream().map(Event::getReason).toList().contains("AttachFailed"));
    assertEquals(
        "Warning",
        events().stream()
            .filter(event -> event.getReason().equals("AttachFailed"))
            .findFirst()
            .orElseThrow()
            .getType());
  }

  @Test
  void attachmentsFollowThePods() throws Exception {
    apply(PODS + PROBES);
    awaitReady("False", "NoMatchingPods");
    pod("one", nodeA, "shop");
    awaitNodes(nodeA);
    client
        .pods()
        .inNamespace(namespace)
        .withName("one")
        .edit(
            pod ->
                new PodBuilder(pod).editMetadata().addToLabels("app", "x").endMetadata().build());
    awaitNodes();
    pod("two", nodeB, "shop");
    awaitNodes(nodeB);
    client.pods().inNamespace(namespace).withName("two").withGracePeriod(0).delete();
    awaitNodes();
    awaitReady("False", "NoMatchingPods");
  }

  @Test
  void countsStayWhenAttachmentsGo() throws Exception {
    pod("one", nodeA, "shop");
    apply(PODS + PROBES);
    awaitNodes(nodeA);
    report(nodeA, true, 5);
    awaitStatus(status -> status.events().total() == 5);

    edit("suspend: true, " + PODS + PROBES);
    awaitReady("False", "Suspended");
    awaitNodes();
    assertEquals(new EventCounts(5, 0, 0, 0), status().carriedOver());

    edit(PODS + PROBES);
    awaitNodes(nodeA);
    report(nodeA, true, 2);
    awaitStatus(status -> status.events().total() == 7);
  }

  @Test
  void anAttachmentTakesOverAChangedTrace() throws Exception {
    pod("one", nodeA, "shop");
    apply(PODS + PROBES);
    awaitNodes(nodeA);
    report(nodeA, true, 0);
    awaitReady("True", "Attached");
    String uid = attachment(nodeA).getMetadata().getUid();

    edit(PODS + "probes: [{name: refund, symbol: refund}]");
    Await.until(
        "the attachment has the new probe",
        () -> attachment(nodeA).getSpec().probes().get(0).name().equals("refund"));
    assertEquals(uid, attachment(nodeA).getMetadata().getUid());
    awaitReady("False", "Attaching");
  }

  @Test
  void whatSomebodyChangesOrDeletesIsMended() throws Exception {
    pod("one", nodeA, "shop");
    apply(PODS + PROBES);
    awaitNodes(nodeA);
    String uid = attachment(nodeA).getMetadata().getUid();
    client.resource(attachment(nodeA)).delete();
    Await.until(
        "there is another attachment",
        () ->
            attachments().stream()
                .anyMatch(attachment -> !attachment.getMetadata().getUid().equals(uid)));
    UprobeAttachment changed = attachment(nodeA);
    changed.getMetadata().getLabels().put("uprobe.dev/node", "wrong");
    client.resource(changed).update();
    Await.until(
        "the label is right again",
        () -> attachment(nodeA).getMetadata().getLabels().get("uprobe.dev/node").equals(nodeA));
  }

  @Test
  void aTraceThatCannotBeMeantIsNotAccepted() throws Exception {
    pod("one", nodeA, "shop");
    apply(PODS + "probes: [{name: p, symbol: f, where: ['nothing > 1']}]");
    awaitReady("False", "InvalidSpec");
    assertEquals("False", condition("Accepted").getStatus());
    assertTrue(
        condition("Accepted").getMessage().startsWith("spec.probes[0].where[0]: "),
        condition("Accepted").getMessage());
    assertEquals(List.of(), attachments());
  }

  @Test
  void hostTracesNeedPermission() throws Exception {
    apply("target: {host: {}}, " + PROBES);
    awaitReady("False", "HostNotAllowed");
    assertTrue(
        condition("Accepted").getMessage().contains("operator.allowedHostNamespaces"),
        condition("Accepted").getMessage());
    assertEquals(List.of(), attachments());
  }

  @Test
  void hostTracesAreWantedOnEverySelectedNode() throws Exception {
    node(nodeA, Map.of("test", id));
    node(nodeB, Map.of("test", id));
    operator.close();
    operator = operator(Map.of("ALLOWED_HOST_NAMESPACES", namespace));
    apply("nodeSelector: {test: \"" + id + "\"}, target: {host: {comm: nginx}}, " + PROBES);
    awaitNodes(nodeA, nodeB);
    assertEquals("nginx", attachment(nodeA).getSpec().target().host().comm());
    awaitReady("False", "Attaching");
    assertEquals("the probes are attached on 0 of 2 nodes", ready().getMessage());
    report(nodeA, true, 5);
    report(nodeB, true, 7);
    awaitReady("True", "Attached");
    assertEquals("2/2", status().targets());
    assertEquals(new NodeCounts(2, 2), status().nodes());

    operator.close();
    operator = operator();
    awaitReady("False", "HostNotAllowed");
    awaitNodes();
    assertEquals(12, status().events().total());
  }

  @Test
  void aNodeSelectorLimitsTheNodes() throws Exception {
    node(nodeA, Map.of("zone", "a"));
    node(nodeB, Map.of("zone", "b"));
    pod("one", nodeA, "shop");
    pod("two", nodeB, "shop");
    apply("nodeSelector: {zone: b}, " + PODS + PROBES);
    awaitNodes(nodeB);
    node(nodeA, Map.of("zone", "b"));
    awaitNodes(nodeA, nodeB);
  }

  @Test
  void aTraceFinishesAtItsDeadline() throws Exception {
    pod("one", nodeA, "shop");
    apply("activeDeadlineSeconds: 3, " + PODS + PROBES);
    awaitNodes(nodeA);
    awaitReady("False", "Finished");
    awaitNodes();
  }

  @Test
  void anOperatorThatStartsAnewCarriesOn() throws Exception {
    pod("one", nodeA, "shop");
    apply(PODS + PROBES);
    awaitNodes(nodeA);
    report(nodeA, true, 5);
    awaitReady("True", "Attached");
    operator.close();
    String uid = attachment(nodeA).getMetadata().getUid();
    pod("two", nodeB, "shop");
    report(nodeA, true, 6);

    operator = operator();
    awaitNodes(nodeA, nodeB);
    awaitStatus(status -> status.events().total() == 6);
    assertEquals(uid, attachment(nodeA).getMetadata().getUid());
    assertEquals(EventCounts.NONE, status().carriedOver());
  }

  @Test
  void agentsRunWhileThereIsATrace() throws Exception {
    Await.until("there are no agents", () -> agents() == null);
    apply(PODS + PROBES);
    Await.until("there are agents", () -> agents() != null);
    client
        .apps()
        .daemonSets()
        .inNamespace(system)
        .withName("uprobe-agent")
        .edit(
            agents -> {
              agents.getSpec().getTemplate().getSpec().getContainers().get(0).setImage("bad:1");
              return agents;
            });
    Await.until("the image is right again", () -> image().equals("agent:1"));
    client.resource(agents()).delete();
    Await.until("there are agents again", () -> agents() != null);
    client.resources(UprobeTrace.class).inNamespace(namespace).withName("checkout").delete();
    Await.until("the agents are gone", () -> agents() == null);
  }

  @Test
  void itAnswersProbesAndCounts() throws Exception {
    apply(PODS + PROBES);
    awaitReady("False", "NoMatchingPods");
    assertEquals("ok\n", get("/livez"));
    assertEquals("ok\n", get("/readyz"));
    Await.until(
        "reconciliations are counted",
        () ->
            get("/metrics").contains("uprobe_operator_reconciliations_total{result=\"success\"}"));
  }

  @Test
  void attachmentsAreSignedByTheKeyThatAgentsAreGiven() throws Exception {
    pod("one", nodeA, "shop");
    apply(PODS + PROBES);
    awaitNodes(nodeA);
    awaitSigned(nodeA);

    edit(PODS + PROBES.replace("charge_card", "refund"));
    Await.until(
        "the attachment has caught up",
        () -> attachment(nodeA).getSpec().probes().get(0).symbol().equals("refund"));
    awaitSigned(nodeA);
  }

  @Test
  void whatSomebodyElseChangesIsPutRightAndSignedAgain() throws Exception {
    pod("one", nodeA, "shop");
    apply(PODS + PROBES);
    awaitNodes(nodeA);
    UprobeAttachment changed = attachment(nodeA);
    client
        .resource(changed)
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            "{\"metadata\":{\"annotations\":{\"uprobe.dev/signature\":\"AAAA\"}},"
                + "\"spec\":{\"target\":{\"podSelector\":null,\"host\":{}}}}");
    awaitSigned(nodeA);
    assertEquals(null, attachment(nodeA).getSpec().target().host());
  }

  @Test
  void whatSomebodyElsePutInTheNameOfAnAttachmentMakesRoom() throws Exception {
    pod("one", nodeA, "shop");
    apply(PODS + PROBES);
    awaitNodes(nodeA);
    UprobeAttachment first = attachment(nodeA);
    client.resource(trace()).delete();
    client.resource(first).delete();
    UprobeAttachmentSpec spec = first.getSpec();
    UprobeAttachment forged = first;
    forged.setSpec(
        new UprobeAttachmentSpec(
            nodeA, spec.trace(), Traces.HOST, spec.probes(), spec.recentEvents(), 2));
    forged.getMetadata().setUid(null);
    forged.getMetadata().setResourceVersion(null);
    forged.getMetadata().setOwnerReferences(List.of());
    client.resource(forged).create();

    apply(PODS + PROBES);
    awaitSigned(nodeA);
    assertEquals(null, attachment(nodeA).getSpec().target().host());
  }

  @Test
  void anAttachmentThatSomebodyElseGivesToATraceIsDeleted() throws Exception {
    pod("one", nodeA, "shop");
    apply(PODS + PROBES);
    awaitNodes(nodeA);
    UprobeAttachment forged = attachment(nodeA);
    forged.getMetadata().setName("forged");
    forged.getMetadata().setUid(null);
    forged.getMetadata().setResourceVersion(null);
    client.resource(forged).create();
    Await.until(
        "the forged attachment is gone",
        () ->
            attachments().stream()
                .noneMatch(each -> each.getMetadata().getName().equals("forged")));
    awaitSigned(nodeA);
  }

  @Test
  void anotherReplicaSignsByTheSameKeyAndANewKeyIsMadeOnceTheSecretIsGone() throws Exception {
    pod("one", nodeA, "shop");
    apply(PODS + PROBES);
    awaitNodes(nodeA);
    awaitSigned(nodeA);
    AttachmentVerifier first = verifier();
    UprobeAttachment before = attachment(nodeA);

    operator.close();
    operator = operator();
    awaitSigned(nodeA);
    assertTrue(first.isSigned(attachment(nodeA)));
    assertEquals(
        before.getMetadata().getResourceVersion(),
        attachment(nodeA).getMetadata().getResourceVersion());

    operator.close();
    client.secrets().inNamespace(system).withName("uprobe-operator-signing-key").delete();
    operator = operator();
    Await.until(
        "the attachment is signed by another key",
        () -> !first.isSigned(attachment(nodeA)) && isSigned(nodeA));
    assertEquals(before.getMetadata().getUid(), attachment(nodeA).getMetadata().getUid());
  }

  private String get(String path) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + operator.healthPort() + path);
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
        .body();
  }

  private DaemonSet agents() {
    return client.apps().daemonSets().inNamespace(system).withName("uprobe-agent").get();
  }

  private String image() {
    return agents().getSpec().getTemplate().getSpec().getContainers().get(0).getImage();
  }

  private void node(String name, Map<String, String> labels) {
    client
        .resource(
            new NodeBuilder()
                .withNewMetadata()
                .withName(name)
                .withLabels(labels)
                .endMetadata()
                .build())
        .forceConflicts()
        .serverSideApply();
  }

  private void pod(String name, String node, String app) {
    client
        .resource(
            new PodBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name)
                .addToLabels("app", app)
                .endMetadata()
                .withNewSpec()
                .withNodeName(node)
                .addNewContainer()
                .withName("app")
                .withImage("app:1")
                .endContainer()
                .endSpec()
                .build())
        .create();
  }

  private UprobeTrace apply(String spec) {
    client.resource(manifest(spec)).serverSideApply();
    return trace();
  }

  private void edit(String spec) {
    client.resource(manifest(spec)).forceConflicts().serverSideApply();
  }

  private GenericKubernetesResource manifest(String spec) {
    return Serialization.unmarshal(
        """
        apiVersion: uprobe.dev/v1alpha1
        kind: UprobeTrace
        metadata: {name: checkout, namespace: %s}
        spec: {%s}
        """
            .formatted(namespace, spec),
        GenericKubernetesResource.class);
  }

  private UprobeTrace trace() {
    return client.resources(UprobeTrace.class).inNamespace(namespace).withName("checkout").get();
  }

  private UprobeTraceStatus status() {
    return trace().getStatus();
  }

  /** Those that agents see: with the label of their node. */
  private List<UprobeAttachment> attachments() {
    return client
        .resources(UprobeAttachment.class)
        .inNamespace(namespace)
        .withLabel(UprobeAttachment.NODE_LABEL)
        .list()
        .getItems();
  }

  /** What an agent knows the operator's signatures by, as its DaemonSet says. */
  private AttachmentVerifier verifier() {
    return AttachmentVerifier.of(
        agents().getSpec().getTemplate().getSpec().getContainers().get(0).getEnv().stream()
            .filter(variable -> variable.getName().equals("OPERATOR_KEY"))
            .map(EnvVar::getValue)
            .findFirst()
            .orElseThrow());
  }

  private void awaitSigned(String node) throws Exception {
    Await.until("the attachment is signed", () -> agents() != null && isSigned(node));
  }

  /** By one look: what is not the operator's goes, and comes back as another object. */
  private boolean isSigned(String node) {
    List<UprobeAttachment> all = attachments();
    return all.size() == 1
        && all.get(0).getSpec().nodeName().equals(node)
        && verifier().isSigned(all.get(0));
  }

  private UprobeAttachment attachment(String node) {
    return attachments().stream()
        .filter(attachment -> attachment.getSpec().nodeName().equals(node))
        .findFirst()
        .orElseThrow();
  }

  /** Writes the status as the node's agent would. */
  private void report(String node, boolean isAttached, long events) {
    UprobeAttachment attachment = attachment(node);
    String pod = node.equals(nodeA) ? "one" : "two";
    attachment.setStatus(
        new UprobeAttachmentStatus(
            attachment.getMetadata().getGeneration(),
            new ContainerCounts(1, isAttached ? 1 : 0),
            List.of(
                new ContainerReport(
                    pod,
                    "app",
                    "containerd://1",
                    isAttached,
                    isAttached ? null : "SymbolNotFound",
                    isAttached ? null : "no function charge_card",
                    isAttached ? 1 : 0)),
            List.of(new ProbeReport("charge", 1, events, events, 0, 0, 0, null, null, null)),
            List.of(),
            null,
            null));
    attachment.getMetadata().setResourceVersion(null);
    client.resource(attachment).updateStatus();
  }

  private List<Event> events() {
    return client.events().v1().events().inNamespace(namespace).list().getItems();
  }

  private Condition ready() {
    return condition("Ready");
  }

  private Condition condition(String type) {
    return status().conditions().stream()
        .filter(condition -> condition.getType().equals(type))
        .findFirst()
        .orElseThrow();
  }

  private void awaitNodes(String... nodes) throws Exception {
    List<String> wanted = List.of(nodes);
    Await.until(
        "there are attachments on " + wanted,
        () ->
            attachments().stream()
                .map(each -> each.getSpec().nodeName())
                .sorted()
                .toList()
                .equals(wanted));
  }

  private void awaitReady(String status, String reason) throws Exception {
    Await.until(
        "Ready is %s, %s; it is %s".formatted(status, reason, status()),
        () ->
            status() != null
                && ready().getStatus().equals(status)
                && ready().getReason().equals(reason));
  }

  private void awaitStatus(Predicate<UprobeTraceStatus> predicate) throws Exception {
    Await.until("the status is as it should", () -> status() != null && predicate.test(status()));
  }
}
