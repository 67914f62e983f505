package dev.uprobe.e2e.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingAdmissionPolicy;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.Variable;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetSpec;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBinding;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the chart renders, by the real Helm. */
class ChartTest {

  @Test
  void lintFindsNothing() {
    LintResult result = new Helm(RenderedChart.CHART).lint().strict().quiet().call();

    assertFalse(result.isFailed(), () -> String.join("\n", result.getMessages()));
  }

  @Test
  void chartAndImagesHaveTheVersionOfTheBuild() throws IOException {
    String version = System.getProperty("project.version");
    List<String> chart = Files.readAllLines(RenderedChart.CHART.resolve("Chart.yaml"));

    assertTrue(
        chart.containsAll(List.of("version: " + version, "appVersion: " + version)),
        "Chart.yaml should have the version and appVersion of pom.xml, which is " + version);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.30.0", "1.30.4-eks-a737599", "v1.31.2+k3s1", "1.36.2"})
  void kubernetesFrom1_30OnIsAccepted(String version) throws IOException {
    assertFalse(RenderedChart.of("", version).resources().isEmpty());
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.29.9", "1.29.9-gke.1"})
  void anOlderKubernetesIsRefused(String version) {
    IllegalStateException refusal =
        assertThrows(IllegalStateException.class, () -> RenderedChart.of("", version));

    assertTrue(refusal.getMessage().contains("requires kubeVersion: >=1.30.0-0"));
    assertTrue(refusal.getMessage().contains("Kubernetes v1.29.9"), refusal.getMessage());
  }

  @Test
  void replicasAreEvictedOneByOneAndALoneOneIsNotKept() throws IOException {
    RenderedChart two = RenderedChart.of("operator: {replicas: 2}");
    PodDisruptionBudgetSpec budget = two.only(PodDisruptionBudget.class).getSpec();

    assertEquals(1, budget.getMaxUnavailable().getIntVal());
    assertEquals(
        two.only(Deployment.class).getSpec().getSelector().getMatchLabels(),
        budget.getSelector().getMatchLabels());
    assertEquals(List.of(), RenderedChart.of("").all(PodDisruptionBudget.class));
    assertEquals(
        List.of(),
        RenderedChart.of("operator: {replicas: 2, podDisruptionBudget: {enabled: false}}")
            .all(PodDisruptionBudget.class));
  }

  @Test
  void operatorFitsPodSecurityLevelRestricted() throws IOException {
    PodSpec pod = operator("");

    assertEquals(List.of(), PodSecurity.violations(pod));
  }

  @Test
  void agentIsNotPrivilegedAndMountsNothingOfTheNode() throws IOException {
    PodSpec pod = agent("");
    SecurityContext context = pod.getContainers().get(0).getSecurityContext();

    assertEquals(false, context.getPrivileged());
    assertEquals(false, context.getAllowPrivilegeEscalation());
    assertEquals(true, context.getReadOnlyRootFilesystem());
    assertEquals(List.of("ALL"), context.getCapabilities().getDrop());
    assertEquals(
        List.of("BPF", "PERFMON", "SYS_PTRACE", "DAC_READ_SEARCH", "SYS_ADMIN", "SETPCAP"),
        context.getCapabilities().getAdd());
    assertEquals("RuntimeDefault", context.getSeccompProfile().getType());
    assertTrue(pod.getVolumes().stream().allMatch(volume -> volume.getHostPath() == null));
  }

  @Test
  void aClusterThatForbidsSysAdminGivesFourCapabilities() throws IOException {
    assertEquals(
        List.of("BPF", "PERFMON", "SYS_PTRACE", "DAC_READ_SEARCH"),
        agent("agent: {sysAdmin: false}")
            .getContainers()
            .get(0)
            .getSecurityContext()
            .getCapabilities()
            .getAdd());
  }

  @Test
  void agentKnowsItsNodeAndToleratesEveryTaint() throws IOException {
    PodSpec pod = agent("");

    assertEquals(
        "spec.nodeName",
        pod.getContainers().get(0).getEnv().stream()
            .filter(variable -> variable.getName().equals("NODE_NAME"))
            .map(variable -> variable.getValueFrom().getFieldRef().getFieldPath())
            .collect(Collectors.joining()));
    assertEquals(
        List.of("Exists"), pod.getTolerations().stream().map(Toleration::getOperator).toList());
    assertEquals(null, pod.getTolerations().get(0).getKey());
  }

  @Test
  void agentsLabelsAreThoseOfTheDocumentedCommand() throws IOException {
    DaemonSet agent = RenderedChart.of("").agent();

    assertEquals("uprobe-agent", agent.getMetadata().getName());
    Map<String, String> labels = agent.getSpec().getTemplate().getMetadata().getLabels();
    assertEquals("uprobe-agent", labels.get("app.kubernetes.io/name"));
    assertTrue(
        labels.entrySet().containsAll(agent.getSpec().getSelector().getMatchLabels().entrySet()));
  }

  @Test
  void operatorIsToldWhatItsValuesSay() throws IOException {
    Map<String, String> environment =
        environment(
            operator(
                """
                operator:
                  allowedHostNamespaces: [platform, debug]
                  watchNamespaces: [shop]
                  statusWritesPerSecond: 5
                  logLevel: DEBUG
                agent:
                  always: true
                """));

    assertEquals("platform,debug", environment.get("ALLOWED_HOST_NAMESPACES"));
    assertEquals("shop", environment.get("WATCH_NAMESPACES"));
    assertEquals("5", environment.get("STATUS_WRITES_PER_SECOND"));
    assertEquals("DEBUG", environment.get("LOG_LEVEL"));
    assertEquals("true", environment.get("AGENT_ALWAYS"));
    assertEquals("uprobe-operator", environment.get("OPERATOR_DEPLOYMENT"));
  }

  @Test
  void operatorFindsTheTemplateWhereItIsMounted() throws IOException {
    PodSpec pod = operator("");

    assertEquals(
        pod.getContainers().get(0).getVolumeMounts().get(0).getMountPath() + "/agent.yaml",
        environment(pod).get("AGENT_TEMPLATE"));
  }

  @Test
  void operatorStartsAnewWhenTheAgentsTemplateChanges() throws IOException {
    String before = templateChecksum("");

    assertNotEquals(before, templateChecksum("agent: {maxUnavailable: 2}"));
    assertEquals(before, templateChecksum("operator: {replicas: 2}"));
  }

  @Test
  void imagesAreNamedByTagOrDigest() throws IOException {
    String digest = "sha256:" + "0123456789abcdef".repeat(4);

    assertEquals(
        "registry.example:5000/uprobe-operator:1.2",
        operator(
                "operator: {image: {repository: registry.example:5000/uprobe-operator, tag: '1.2'}}")
            .getContainers()
            .get(0)
            .getImage());
    assertEquals(
        "ghcr.io/uprobe-operator/uprobe-agent@" + digest,
        agent("agent: {image: {digest: '%s'}}".formatted(digest))
            .getContainers()
            .get(0)
            .getImage());
  }

  @Test
  void pullSecretsReachEveryPod() throws IOException {
    RenderedChart chart = RenderedChart.of("imagePullSecrets: [{name: registry}]");

    for (PodSpec pod :
        List.of(
            chart.only(Deployment.class).getSpec().getTemplate().getSpec(),
            chart.agent().getSpec().getTemplate().getSpec())) {
      assertEquals(
          List.of("registry"),
          pod.getImagePullSecrets().stream().map(LocalObjectReference::getName).toList());
    }
  }

  @Test
  void podsGoWhereTheirValuesSay() throws IOException {
    String placement =
        """
        %s:
          nodeSelector: {disk: ssd}
          tolerations: [{key: dedicated, operator: Exists}]
          affinity: {nodeAffinity: {}}
          priorityClassName: system-node-critical
        """;

    for (PodSpec pod :
        List.of(operator(placement.formatted("operator")), agent(placement.formatted("agent")))) {
      assertEquals("ssd", pod.getNodeSelector().get("disk"));
      assertEquals("dedicated", pod.getTolerations().get(0).getKey());
      assertTrue(pod.getAffinity() != null);
      assertEquals("system-node-critical", pod.getPriorityClassName());
    }
  }

  @Test
  void agentMayOnlyReadAndWriteStatuses() throws IOException {
    ClusterRole role = RenderedChart.of("").named(ClusterRole.class, "tracing:uprobe-agent");

    assertEquals(
        Map.of(
            "uprobeattachments", List.of("list", "watch"),
            "uprobeattachments/status", List.of("patch"),
            "pods", List.of("list", "watch")),
        role.getRules().stream()
            .collect(Collectors.toMap(rule -> rule.getResources().get(0), PolicyRule::getVerbs)));
  }

  @Test
  void noRoleHasAWildcardOrReadsSecrets() throws IOException {
    for (ClusterRole role : RenderedChart.of("").all(ClusterRole.class)) {
      for (PolicyRule rule : role.getRules()) {
        assertFalse(rule.getVerbs().contains("*"));
        assertFalse(rule.getResources().contains("*"));
        assertFalse(rule.getResources().contains("secrets"));
      }
    }
  }

  @Test
  void operatorWritesOnlyInTheNamespacesThatItWatches() throws IOException {
    RenderedChart chart = RenderedChart.of("operator: {watchNamespaces: [shop, bank]}");

    assertEquals(
        List.of("shop", "bank", "tracing"),
        chart.all(RoleBinding.class).stream()
            .map(binding -> binding.getMetadata().getNamespace())
            .toList());
    assertEquals(
        List.of("tracing:uprobe-agent", "tracing:uprobe-operator:nodes"),
        chart.all(ClusterRoleBinding.class).stream()
            .map(binding -> binding.getMetadata().getName())
            .toList());
  }

  @Test
  void policyIsAboutTheOperatorsAndTheAgentsServiceAccount() throws IOException {
    RenderedChart chart =
        RenderedChart.of(
            "{agent: {serviceAccount: {name: tracer}}, operator: {serviceAccount: {name: keeper}}}");

    Map<String, String> variables =
        chart.only(ValidatingAdmissionPolicy.class).getSpec().getVariables().stream()
            .collect(Collectors.toMap(Variable::getName, Variable::getExpression));
    assertEquals(
        "request.userInfo.username == 'system:serviceaccount:tracing:keeper'",
        variables.get("isOperator"));
    assertEquals(
        "request.userInfo.username == 'system:serviceaccount:tracing:tracer'",
        variables.get("isAgent"));
    assertTrue(
        chart.all(ServiceAccount.class).stream()
            .anyMatch(account -> account.getMetadata().getName().equals("tracer")));
    assertEquals(
        List.of(),
        RenderedChart.of("admissionPolicy: {enabled: false}").all(ValidatingAdmissionPolicy.class));
  }

  @Test
  void policyCoversTheWatchedNamespacesOnly() throws IOException {
    RenderedChart all = RenderedChart.of("");
    RenderedChart some = RenderedChart.of("operator: {watchNamespaces: [shop, stock]}");

    assertEquals(
        List.of(), all.only(ValidatingAdmissionPolicy.class).getSpec().getMatchConditions());
    assertEquals(
        "request.namespace in ['shop','stock']",
        some.only(ValidatingAdmissionPolicy.class)
            .getSpec()
            .getMatchConditions()
            .get(0)
            .getExpression());
    assertEquals(
        Map.of("WATCH_NAMESPACES", "shop,stock"),
        some.agent().getSpec().getTemplate().getSpec().getContainers().get(0).getEnv().stream()
            .filter(variable -> variable.getName().equals("WATCH_NAMESPACES"))
            .collect(Collectors.toMap(EnvVar::getName, EnvVar::getValue)));
  }

  @Test
  void operatorReadsNoSecretButItsKey() throws IOException {
    List<PolicyRule> secrets =
        RenderedChart.of("").all(Role.class).stream()
            .flatMap(role -> role.getRules().stream())
            .filter(rule -> rule.getResources().contains("secrets"))
            .toList();

    assertEquals(
        List.of(List.of("create"), List.of("get")),
        secrets.stream().map(PolicyRule::getVerbs).toList());
    assertEquals(List.of("uprobe-operator-signing-key"), secrets.get(1).getResourceNames());
    assertEquals("uprobe-operator-signing-key", environment(operator("")).get("SIGNING_SECRET"));
  }

  @Test
  void monitorsAreThereWhenAskedFor() throws IOException {
    assertEquals(List.of(), monitors(""));
    assertEquals(
        List.of("ServiceMonitor"), monitors("monitoring: {serviceMonitor: {enabled: true}}"));
    assertEquals(List.of("PodMonitor"), monitors("monitoring: {podMonitor: {enabled: true}}"));
  }

  @Test
  void theAgentsMonitorFindsTheirPodsAndKeepsTheLabelsOfTraces() throws IOException {
    RenderedChart chart =
        RenderedChart.of(
            "monitoring: {podMonitor: {enabled: true, interval: 5s, labels: {team: a}}}");
    GenericKubernetesResource monitor = chart.only(GenericKubernetesResource.class);

    assertEquals("a", monitor.getMetadata().getLabels().get("team"));
    assertEquals(
        chart.agent().getSpec().getSelector().getMatchLabels(),
        monitor.get("spec", "selector", "matchLabels"));
    assertEquals(
        List.of(Map.of("port", "http", "path", "/metrics", "honorLabels", true, "interval", "5s")),
        monitor.get("spec", "podMetricsEndpoints"));
    assertTrue(
        chart.agent().getSpec().getTemplate().getSpec().getContainers().get(0).getPorts().stream()
            .anyMatch(port -> port.getName().equals("http")));
  }

  private static List<String> monitors(String values) throws IOException {
    return RenderedChart.of(values).all(GenericKubernetesResource.class).stream()
        .map(GenericKubernetesResource::getKind)
        .sorted()
        .toList();
  }

  private static PodSpec operator(String values) throws IOException {
    return RenderedChart.of(values).only(Deployment.class).getSpec().getTemplate().getSpec();
  }

  private static PodSpec agent(String values) throws IOException {
    return RenderedChart.of(values).agent().getSpec().getTemplate().getSpec();
  }

  private static String templateChecksum(String values) throws IOException {
    return RenderedChart.of(values)
        .only(Deployment.class)
        .getSpec()
        .getTemplate()
        .getMetadata()
        .getAnnotations()
        .get("checksum/agent-template");
  }

  private static Map<String, String> environment(PodSpec pod) {
    Container container = pod.getContainers().get(0);
    return container.getEnv().stream()
        .filter(variable -> variable.getValue() != null)
        .collect(Collectors.toMap(EnvVar::getName, EnvVar::getValue));
  }
}
