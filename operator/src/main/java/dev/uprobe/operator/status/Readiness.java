package dev.uprobe.operator.status;

import dev.uprobe.api.v1alpha1.AttachFailure;
import dev.uprobe.api.v1alpha1.AttachReason;
import dev.uprobe.api.v1alpha1.ContainerCounts;
import dev.uprobe.api.v1alpha1.NodeCounts;
import dev.uprobe.api.v1alpha1.Target;
import dev.uprobe.operator.validation.Validation.Refusal;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The Ready condition: whether every matching container on every desired node has every probe
 * attached.
 *
 * @param reason one stable word
 * @param message what is missing and what to do
 */
record Readiness(boolean isReady, String reason, String message) {
  static final String ATTACHED = "Attached";
  static final String ATTACHING = AttachReason.ATTACHING.word();
  static final String ATTACH_FAILED = AttachReason.ATTACH_FAILED.word();

  /** Failures that concern the cluster and not the trace have their own reason. */
  private static final Set<String> OF_THE_CLUSTER =
      Set.of(AttachReason.MISSING_CAPABILITY.word(), AttachReason.NOT_SIGNED.word());

  static final String AGENT_NOT_READY = "AgentNotReady";
  static final String NO_MATCHING_PODS = "NoMatchingPods";
  static final String NO_MATCHING_NODES = "NoMatchingNodes";
  static final String SUSPENDED = "Suspended";
  static final String FINISHED = "Finished";

  static Readiness of(
      Observation observation,
      NodeCounts nodes,
      ContainerCounts containers,
      List<AttachFailure> failures) {
    if (observation.acceptance().refusal().isPresent()) {
      Refusal refusal = observation.acceptance().refusal().get();
      return no(refusal.reason(), "nothing is attached: " + refusal.message());
    }
    return switch (observation.phase()) {
      case SUSPENDED ->
          no(SUSPENDED, "nothing is attached; set spec.suspend to false to trace again");
      case FINISHED ->
          no(
              FINISHED,
              "the trace has run for its activeDeadlineSeconds; raise it to continue, or delete"
                  + " the trace");
      case ACTIVE -> ofActive(observation, nodes, containers, failures);
    };
  }

  private static Readiness ofActive(
      Observation observation,
      NodeCounts nodes,
      ContainerCounts containers,
      List<AttachFailure> failures) {
    if (nodes.desired() == 0) {
      return nothingMatches(observation);
    }
    if (!failures.isEmpty()) {
      return failed(failures);
    }
    List<String> unanswered =
        observation.views().stream()
            .filter(view -> view.isUnanswered(observation.now()))
            .map(AttachmentView::node)
            .sorted()
            .toList();
    if (!unanswered.isEmpty()) {
      return no(AGENT_NOT_READY, unanswered(unanswered, observation.agentNamespace()));
    }
    if (nodes.ready() < nodes.desired()) {
      return no(ATTACHING, attaching(observation, nodes, containers));
    }
    String inContainers =
        isOfNodes(observation) ? "" : " in " + counted(containers.attached(), "container");
    return new Readiness(
        true,
        ATTACHED,
        "every probe is attached%s on %s".formatted(inContainers, counted(nodes.ready(), "node")));
  }

  private static String attaching(
      Observation observation, NodeCounts nodes, ContainerCounts containers) {
    String counts =
        isOfNodes(observation)
            ? "the probes are attached on %d of %d nodes".formatted(nodes.ready(), nodes.desired())
            : "%d of %d containers are attached, on %d of %d nodes"
                .formatted(
                    containers.attached(), containers.desired(), nodes.ready(), nodes.desired());
    return observation.views().stream()
        .flatMap(view -> view.awaited().map(what -> view.node() + ": " + what).stream())
        .findFirst()
        .map(awaited -> counts + "; " + awaited)
        .orElse(counts);
  }

  private static boolean isOfNodes(Observation observation) {
    return observation.trace().getSpec().target().host() != null;
  }

  private static Readiness nothingMatches(Observation observation) {
    Target target = observation.trace().getSpec().target();
    if (isOfNodes(observation)) {
      return no(
          NO_MATCHING_NODES,
          "no node has the labels of spec.nodeSelector; compare with: kubectl get nodes"
              + " --show-labels");
    }
    String namespace = observation.trace().getMetadata().getNamespace();
    if (observation.desired().matchingPods() == 0) {
      return no(
          NO_MATCHING_PODS,
          "no pod in namespace %s has the labels of spec.target.podSelector; compare with: kubectl"
                  .formatted(namespace)
              + " -n %s get pods --show-labels".formatted(namespace));
    }
    return no(
        NO_MATCHING_PODS,
        "%s, but none is on a selected node%s"
            .formatted(
                observation.desired().matchingPods() == 1
                    ? "1 pod matches"
                    : observation.desired().matchingPods() + " pods match",
                target.container() == null
                    ? " yet"
                    : " with a container named \"%s\"".formatted(target.container())));
  }

  private static Readiness failed(List<AttachFailure> failures) {
    AttachFailure first =
        failures.stream()
            .filter(failure -> OF_THE_CLUSTER.contains(failure.reason()))
            .findFirst()
            .orElse(failures.get(0));
    String reason = OF_THE_CLUSTER.contains(first.reason()) ? first.reason() : ATTACH_FAILED;
    String where =
        Stream.of(first.node(), first.pod(), first.container(), first.probe())
            .filter(Objects::nonNull)
            .collect(Collectors.joining("/"));
    String more = failures.size() == 1 ? "" : " (status.failures has more)";
    return no(reason, "%s: %s: %s%s".formatted(where, first.reason(), first.message(), more));
  }

  private static String unanswered(List<String> nodes, String agentNamespace) {
    String others = nodes.size() == 1 ? "" : " and of %d more".formatted(nodes.size() - 1);
    return ("the agent of node %s%s has not reported; see: kubectl -n %s get pods"
            + " -l app.kubernetes.io/name=uprobe-agent -o wide")
        .formatted(nodes.get(0), others, agentNamespace);
  }

  private static String counted(int count, String noun) {
    return count + " " + noun + (count == 1 ? "" : "s");
  }

  private static Readiness no(String reason, String message) {
    return new Readiness(false, reason, message);
  }
}
