package dev.uprobe.operator;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The operator's configuration, from its environment.
 *
 * @param namespace the operator's own, where the agents run
 * @param watchNamespaces the namespaces to watch for traces; empty for all
 * @param allowedHostNamespaces the namespaces that may trace processes of the nodes
 * @param agentTemplate the DaemonSet of the agents as YAML; empty if the operator does not run the
 *     agents
 * @param agentAlways whether the agents run even while there is no trace
 * @param deployment the operator's own Deployment, which then owns the agents
 * @param statusWritesPerSecond maximum number of status updates per second by all agents of the
 *     cluster
 * @param healthPort the port of probes and metrics; 0 for any free one
 * @param leaderElection whether replicas elect a leader
 * @param signingSecret the Secret with the signing key of attachments; created if missing
 */
public record OperatorConfig(
    String namespace,
    Set<String> watchNamespaces,
    Set<String> allowedHostNamespaces,
    Optional<Path> agentTemplate,
    boolean agentAlways,
    Optional<String> deployment,
    int statusWritesPerSecond,
    int healthPort,
    boolean leaderElection,
    String signingSecret) {

  /**
   * Reads the configuration from environment variables.
   *
   * @throws IllegalArgumentException if a variable is missing or invalid
   */
  public static OperatorConfig of(Map<String, String> environment) {
    return new OperatorConfig(
        value(environment, "OPERATOR_NAMESPACE")
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "OPERATOR_NAMESPACE is not set; set it to the namespace of the operator")),
        names(environment, "WATCH_NAMESPACES"),
        names(environment, "ALLOWED_HOST_NAMESPACES"),
        value(environment, "AGENT_TEMPLATE").map(Path::of),
        flag(environment, "AGENT_ALWAYS", false),
        value(environment, "OPERATOR_DEPLOYMENT"),
        number(environment, "STATUS_WRITES_PER_SECOND", 20, 1, 10_000),
        number(environment, "HEALTH_PORT", 8080, 0, 65_535),
        flag(environment, "LEADER_ELECTION", true),
        value(environment, "SIGNING_SECRET").orElse("uprobe-operator-signing-key"));
  }

  private static Optional<String> value(Map<String, String> environment, String name) {
    return Optional.ofNullable(environment.get(name))
        .map(String::strip)
        .filter(Predicate.not(String::isEmpty));
  }

  private static Set<String> names(Map<String, String> environment, String name) {
    return value(environment, name).stream()
        .flatMap(list -> Arrays.stream(list.split(",")))
        .map(String::strip)
        .filter(Predicate.not(String::isEmpty))
        .collect(Collectors.toUnmodifiableSet());
  }

  private static boolean flag(Map<String, String> environment, String name, boolean ifUnset) {
    String text = value(environment, name).orElse(String.valueOf(ifUnset));
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default ->
          throw new IllegalArgumentException(
              "%s is \"%s\"; set it to true or false".formatted(name, text));
    };
  }

  private static int number(
      Map<String, String> environment, String name, int ifUnset, int min, int max) {
    String text = value(environment, name).orElse(String.valueOf(ifUnset));
    try {
      int number = Integer.parseInt(text);
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Falls through to our message, which says more than the parser's.
    }
    throw new IllegalArgumentException(
        "%s is \"%s\"; set it to a whole number from %d to %d".formatted(name, text, min, max));
  }
}
