package dev.uprobe.operator.validation;

import dev.uprobe.api.v1alpha1.UprobeTrace;
import dev.uprobe.language.compile.InvalidTraceException;
import dev.uprobe.language.compile.TraceCompiler;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The result of validation: whether a trace is valid and allowed.
 *
 * @param refusal the reason for rejection; empty if it is accepted
 * @param advice warnings about parts that may not do what the user meant
 */
public record Validation(Optional<Refusal> refusal, List<String> advice) {
  public static final String INVALID_SPEC = "InvalidSpec";
  public static final String HOST_NOT_ALLOWED = "HostNotAllowed";

  /**
   * The reason why a trace is rejected.
   *
   * @param reason one stable word
   * @param message what is wrong and what to do
   */
  public record Refusal(String reason, String message) {}

  /**
   * Checks a trace.
   *
   * @param allowedHostNamespaces the namespaces that may trace processes of the nodes
   */
  public static Validation of(UprobeTrace trace, Set<String> allowedHostNamespaces) {
    List<String> advice;
    try {
      advice = TraceCompiler.compileForCluster(trace.getSpec()).advice();
    } catch (InvalidTraceException e) {
      return refused(INVALID_SPEC, e.getMessage());
    }
    String namespace = trace.getMetadata().getNamespace();
    if (trace.getSpec().target().host() != null && !allowedHostNamespaces.contains(namespace)) {
      return refused(
          HOST_NOT_ALLOWED,
          ("namespace %1$s may not trace processes of the nodes; use target.podSelector,"
                  + " or have %1$s added to the value operator.allowedHostNamespaces of the"
                  + " operator's chart, with helm upgrade and in its values:"
                  + " operator: {allowedHostNamespaces: [%1$s]}")
              .formatted(namespace));
    }
    return new Validation(Optional.empty(), advice);
  }

  private static Validation refused(String reason, String message) {
    return new Validation(Optional.of(new Refusal(reason, message)), List.of());
  }

  public boolean isAccepted() {
    return refusal.isEmpty();
  }
}
