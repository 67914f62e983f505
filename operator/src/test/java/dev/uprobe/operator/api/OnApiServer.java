package dev.uprobe.operator.api;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Runs a test on a real API server, which all tests of the run share; skips it without one. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Tag("cluster")
@ExtendWith(OnApiServer.Extension.class)
@interface OnApiServer {

  /** Starts the server, and gives a client to parameters. */
  final class Extension implements ExecutionCondition, ParameterResolver {
    private static final ExtensionContext.Namespace NAMESPACE =
        ExtensionContext.Namespace.create(OnApiServer.class);

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      Optional<Path> bin = ApiServer.bin();
      if (bin.isEmpty()) {
        return ConditionEvaluationResult.disabled(
            "SKIPPED: set KUBE_BIN to a folder with kube-apiserver, of Kubernetes 1.32 or later");
      }
      return ApiServer.etcd(bin.get()).isPresent()
          ? ConditionEvaluationResult.enabled("there is an API server")
          : ConditionEvaluationResult.disabled(
              "SKIPPED: set ETCD to an etcd, or put it into KUBE_BIN or on the PATH");
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == KubernetesClient.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      ApiServer server =
          context
              .getRoot()
              .getStore(NAMESPACE)
              .computeIfAbsent(ApiServer.class, key -> start(), ApiServer.class);
      return context
          .getStore(NAMESPACE)
          .computeIfAbsent(KubernetesClient.class, key -> server.client(), KubernetesClient.class);
    }

    private static ApiServer start() {
      Path bin = ApiServer.bin().orElseThrow();
      try {
        return ApiServer.start(
            bin, ApiServer.etcd(bin).orElseThrow(), Path.of("..", "crds", "manifests"));
      } catch (Exception e) {
        throw new IllegalStateException("the API server could not be started", e);
      }
    }
  }
}
