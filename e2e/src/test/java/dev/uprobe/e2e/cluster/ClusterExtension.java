package dev.uprobe.e2e.cluster;

import io.fabric8.kubernetes.client.KubernetesClientException;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Installs the chart once for all tests, and gives each test a namespace of its own. */
final class ClusterExtension implements ExecutionCondition, ParameterResolver {
  private static final ExtensionContext.Namespace STORE =
      ExtensionContext.Namespace.create(ClusterExtension.class);

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    // Both, so that no build ever installs anything in a cluster that KUBECONFIG happens to name.
    return System.getenv("KUBECONFIG") == null || System.getenv("E2E_IMAGE_TAG") == null
        ? ConditionEvaluationResult.disabled(
            "needs a cluster: e2e/kind/run.sh starts one, or set KUBECONFIG and E2E_IMAGE_TAG")
        : ConditionEvaluationResult.enabled("KUBECONFIG and E2E_IMAGE_TAG are set");
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == Installation.class || type == Workspace.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    Installation installation =
        context
            .getRoot()
            .getStore(STORE)
            .computeIfAbsent("installation", key -> installed(), Installation.class);
    return parameter.getParameter().getType() == Installation.class
        ? installation
        : context
            .getStore(STORE)
            .computeIfAbsent("workspace", key -> Workspace.create(installation), Workspace.class);
  }

  private static Installation installed() {
    try {
      return Installation.install(Images.of(System.getenv()));
    } catch (KubernetesClientException e) {
      throw new IllegalStateException(
          "the cluster that KUBECONFIG names cannot be used: " + e.getMessage(), e);
    }
  }
}
