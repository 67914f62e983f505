package dev.uprobe.e2e.cluster;

import com.marcnuri.helm.Helm;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** The chart, installed in the cluster by the real Helm. */
public final class Installation implements AutoCloseable {
  public static final String RELEASE = "uprobe-operator";
  public static final String NAMESPACE = "uprobe-e2e";

  /** The only namespace whose traces may look at the node's own processes. */
  public static final String HOST_NAMESPACE = "uprobe-e2e-host";

  public static final Map<String, String> AGENT = Map.of("app.kubernetes.io/name", "uprobe-agent");
  public static final Map<String, String> OPERATOR =
      Map.of("app.kubernetes.io/name", "uprobe-operator");

  private static final Path CHART =
      Path.of(System.getProperty("repository", "..")).resolve("helm/uprobe-operator");
  private static final int TIMEOUT_SECONDS = 180;

  private final KubernetesClient client;
  private final Images images;

  private Installation(KubernetesClient client, Images images) {
    this.client = client;
    this.images = images;
  }

  public static Installation install(Images images) {
    Installation installation = new Installation(new KubernetesClientBuilder().build(), images);
    try {
      installation.removeRemains();
      installation.createNamespace();
      installation.install();
      return installation;
    } catch (RuntimeException e) {
      installation.client.close();
      throw e;
    }
  }

  private void createNamespace() {
    client
        .resource(
            new NamespaceBuilder()
                .withNewMetadata()
                .withName(NAMESPACE)
                .addToLabels("pod-security.kubernetes.io/enforce", "privileged")
                .endMetadata()
                .build())
        .serverSideApply();
  }

  private void install() {
    new Helm(CHART)
        .install()
        .withName(RELEASE)
        .withNamespace(NAMESPACE)
        .withKubeConfig(kubeConfig())
        .set("operator.image.repository", images.repository("uprobe-operator"))
        .set("operator.image.tag", images.tag())
        .set("agent.image.repository", images.repository("uprobe-agent"))
        .set("agent.image.tag", images.tag())
        .set("operator.allowedHostNamespaces[0]", HOST_NAMESPACE)
        .waitReady()
        .withTimeout(TIMEOUT_SECONDS)
        .call();
  }

  /** Changes one value by `helm upgrade`, and keeps the others. */
  public void upgrade(String value, String to) {
    new Helm(CHART)
        .upgrade()
        .withName(RELEASE)
        .withNamespace(NAMESPACE)
        .withKubeConfig(kubeConfig())
        .reuseValues()
        .set(value, to)
        .waitReady()
        .withTimeout(TIMEOUT_SECONDS)
        .call();
  }

  /** What a run that was killed left. */
  private void removeRemains() {
    Helm.uninstall(RELEASE)
        .withNamespace(NAMESPACE)
        .withKubeConfig(kubeConfig())
        .ignoreNotFound()
        .call();
    client.namespaces().withLabel(Workspace.LABEL).delete();
    Await.until(
        "no namespace of an earlier run is left",
        () -> client.namespaces().withLabel(Workspace.LABEL).list().getItems(),
        List::isEmpty);
  }

  /** Runs `helm test`, which fails if its pod does. */
  public void test() {
    Helm.test(RELEASE).withNamespace(NAMESPACE).withKubeConfig(kubeConfig()).call();
  }

  public static Path kubeConfig() {
    return Path.of(System.getenv("KUBECONFIG"));
  }

  public KubernetesClient client() {
    return client;
  }

  public Images images() {
    return images;
  }

  public List<Pod> pods(Map<String, String> labels) {
    return client.pods().inNamespace(NAMESPACE).withLabels(labels).list().getItems();
  }

  /** A client that is a service account of the release's namespace. */
  public KubernetesClient clientOf(String serviceAccount) {
    return clientOf(serviceAccount, new TokenRequestBuilder().withNewSpec().endSpec().build());
  }

  /** A client that is a service account of the release's namespace, by a token as requested. */
  public KubernetesClient clientOf(String serviceAccount, TokenRequest request) {
    return clientOf(NAMESPACE, serviceAccount, request);
  }

  KubernetesClient clientOf(String namespace, String serviceAccount, TokenRequest request) {
    TokenRequest token =
        client
            .serviceAccounts()
            .inNamespace(namespace)
            .withName(serviceAccount)
            .tokenRequest(request);
    Config admin = client.getConfiguration();
    Config config =
        new ConfigBuilder(Config.empty())
            .withMasterUrl(admin.getMasterUrl())
            .withCaCertData(admin.getCaCertData())
            .withCaCertFile(admin.getCaCertFile())
            .withOauthToken(token.getStatus().getToken())
            .build();
    return new KubernetesClientBuilder().withConfig(config).build();
  }

  /** Runs a shell script among a node's processes, and returns what it prints. */
  public String lookAtNode(String script) {
    String name = "look-" + UUID.randomUUID().toString().substring(0, 8);
    Pod pod =
        new PodBuilder()
            .withNewMetadata()
            .withNamespace(NAMESPACE)
            .withName(name)
            .endMetadata()
            .withNewSpec()
            .withHostPID(true)
            .withRestartPolicy("Never")
            .addNewContainer()
            .withName("look")
            .withImage(images.targets())
            .withImagePullPolicy("IfNotPresent")
            .withCommand("sh", "-c", script)
            .endContainer()
            .endSpec()
            .build();
    client.resource(pod).create();
    try {
      Await.until(
          "the script has ended",
          () -> client.resource(pod).get().getStatus().getPhase(),
          phase -> phase.equals("Succeeded") || phase.equals("Failed"));
      return client.pods().inNamespace(NAMESPACE).withName(name).getLog();
    } finally {
      client.resource(pod).withGracePeriod(0).delete();
    }
  }

  /** Returns the logs of all agents that are ready. */
  public String agentLog() {
    return pods(AGENT).stream()
        .filter(Workspace::isReady)
        .map(
            pod ->
                client.pods().inNamespace(NAMESPACE).withName(pod.getMetadata().getName()).getLog())
        .collect(Collectors.joining());
  }

  /** Returns the events in the logs of all agents that are ready. */
  public List<LoggedEvent> events() {
    return agentLog().lines().flatMap(line -> LoggedEvent.of(line).stream()).toList();
  }

  /** Kills pods as a crash would, and waits until others are ready in their place. */
  public void kill(Map<String, String> labels) {
    List<String> before = uids(labels);
    client
        .pods()
        .inNamespace(NAMESPACE)
        .withLabels(labels)
        .withGracePeriod(0)
        .withTimeout(TIMEOUT_SECONDS, TimeUnit.SECONDS)
        .delete();
    Await.until(
        "new pods are ready",
        () -> pods(labels),
        pods ->
            pods.size() == before.size()
                && pods.stream().noneMatch(pod -> before.contains(pod.getMetadata().getUid()))
                && pods.stream().allMatch(Workspace::isReady));
  }

  private List<String> uids(Map<String, String> labels) {
    return pods(labels).stream().map(pod -> pod.getMetadata().getUid()).toList();
  }

  /** Uninstalls the chart, and fails if that leaves agents, roles or policies behind. */
  @Override
  public void close() {
    try (client) {
      client.namespaces().withLabel(Workspace.LABEL).delete();
      Helm.uninstall(RELEASE).withNamespace(NAMESPACE).withKubeConfig(kubeConfig()).call();
      Await.until("nothing of the release is left", this::remains, List::isEmpty);
      client.namespaces().withName(NAMESPACE).delete();
    }
  }

  private List<String> remains() {
    Map<String, String> labels = Map.of("app.kubernetes.io/instance", RELEASE);
    return List.of(
            client.apps().daemonSets().inNamespace(NAMESPACE).withLabels(labels).list().getItems(),
            client.pods().inNamespace(NAMESPACE).withLabels(labels).list().getItems(),
            client.configMaps().inNamespace(NAMESPACE).withLabels(labels).list().getItems(),
            client.rbac().clusterRoles().withLabels(labels).list().getItems(),
            client.rbac().clusterRoleBindings().withLabels(labels).list().getItems(),
            client
                .admissionRegistration()
                .v1()
                .validatingAdmissionPolicies()
                .withLabels(labels)
                .list()
                .getItems())
        .stream()
        .flatMap(List::stream)
        .map(resource -> resource.getKind() + "/" + resource.getMetadata().getName())
        .toList();
  }
}
