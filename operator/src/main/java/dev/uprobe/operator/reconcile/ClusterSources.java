package dev.uprobe.operator.reconcile;

import dev.uprobe.api.v1alpha1.LabelSelector;
import dev.uprobe.api.v1alpha1.UprobeAttachment;
import dev.uprobe.api.v1alpha1.UprobeTrace;
import dev.uprobe.operator.schedule.AttachmentStore;
import dev.uprobe.operator.schedule.NodeStore;
import dev.uprobe.operator.schedule.PodStore;
import dev.uprobe.operator.schedule.PodView;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.Mappers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Watches attachments, pods and nodes, and maps each to the traces that it concerns. */
final class ClusterSources {
  /**
   * Whole lists of large clusters are many times larger than the reduced objects, so they are read
   * in pages.
   */
  private static final long PAGE = 200;

  private final List<InformerEventSource<UprobeAttachment, UprobeTrace>> attachments =
      new ArrayList<>();
  private final List<AttachmentStore> attachmentStores = new ArrayList<>();
  private final InformerEventSource<Node, UprobeTrace> nodes;
  private final List<InformerEventSource<Pod, UprobeTrace>> pods = new ArrayList<>();
  private final IndexerResourceCache<UprobeTrace> traces;

  /**
   * @param namespaces those to watch; empty for all
   */
  ClusterSources(EventSourceContext<UprobeTrace> context, Set<String> namespaces) {
    traces = context.getPrimaryCache();
    nodes =
        source(
            InformerEventSourceConfiguration.from(Node.class, UprobeTrace.class)
                .withSecondaryToPrimaryMapper(node -> tracesByNodeLabels())
                .withPrimaryToSecondaryMapper((UprobeTrace trace) -> Set.of())
                .withOnUpdateFilter((now, before) -> !labels(now).equals(labels(before)))
                .withItemStore(new NodeStore()),
            Set.of(),
            context);
    // A store belongs to one informer, so each namespace has sources of its own.
    for (String namespace : namespaces) {
      attachments.add(attachments("attachments-" + namespace, Set.of(namespace), context));
      pods.add(pods("pods-" + namespace, Set.of(namespace), context));
    }
    if (namespaces.isEmpty()) {
      attachments.add(attachments("attachments", Set.of(), context));
      pods.add(pods("pods", Set.of(), context));
    }
  }

  private InformerEventSource<UprobeAttachment, UprobeTrace> attachments(
      String name, Set<String> namespaces, EventSourceContext<UprobeTrace> context) {
    AttachmentStore store = new AttachmentStore();
    attachmentStores.add(store);
    return source(
        InformerEventSourceConfiguration.from(UprobeAttachment.class, UprobeTrace.class)
            .withName(name)
            .withSecondaryToPrimaryMapper(Mappers.fromOwnerReferences(UprobeTrace.class))
            .withItemStore(store),
        namespaces,
        context);
  }

  private InformerEventSource<Pod, UprobeTrace> pods(
      String name, Set<String> namespaces, EventSourceContext<UprobeTrace> context) {
    return source(
        InformerEventSourceConfiguration.from(Pod.class, UprobeTrace.class)
            .withName(name)
            .withSecondaryToPrimaryMapper(this::tracesOfPods)
            .withPrimaryToSecondaryMapper((UprobeTrace trace) -> Set.of())
            .withOnUpdateFilter((now, before) -> !PodView.of(now).equals(PodView.of(before)))
            .withItemStore(new PodStore()),
        namespaces,
        context);
  }

  private static <R extends HasMetadata> InformerEventSource<R, UprobeTrace> source(
      InformerEventSourceConfiguration.Builder<R> configuration,
      Set<String> namespaces,
      EventSourceContext<UprobeTrace> context) {
    return new InformerEventSource<>(
        (namespaces.isEmpty()
                ? configuration.withWatchAllNamespaces()
                : configuration.withNamespaces(namespaces))
            .withInformerListLimit(PAGE)
            .build(),
        context);
  }

  List<EventSource<?, UprobeTrace>> all() {
    List<EventSource<?, UprobeTrace>> all = new ArrayList<>(pods);
    all.addAll(attachments);
    all.add(nodes);
    return all;
  }

  /** Returns the pods that a trace selects; none for a trace of host processes. */
  List<PodView> pods(UprobeTrace trace) {
    LabelSelector selector = trace.getSpec().target().podSelector();
    return selector == null
        ? List.of()
        : pods.stream()
            .flatMap(
                source ->
                    source.list(
                        trace.getMetadata().getNamespace(), pod -> selector.matches(labels(pod))))
            .map(PodView::of)
            .toList();
  }

  /** Returns the labels of each node; none for a trace that does not depend on them. */
  Map<String, Map<String, String>> nodes(UprobeTrace trace) {
    return dependsOnNodes(trace)
        ? nodes
            .list(node -> true)
            .collect(Collectors.toMap(node -> node.getMetadata().getName(), node -> labels(node)))
        : Map.of();
  }

  int attachmentCount() {
    return attachmentStores.stream().mapToInt(AttachmentStore::size).sum();
  }

  /**
   * All traces of the namespace, because a pod that no longer matches concerns the trace that it
   * matched.
   */
  private Set<ResourceID> tracesOfPods(Pod pod) {
    return ids(
        trace ->
            pod.getMetadata().getNamespace().equals(trace.getMetadata().getNamespace())
                && trace.getSpec().target().podSelector() != null);
  }

  private Set<ResourceID> tracesByNodeLabels() {
    return ids(ClusterSources::dependsOnNodes);
  }

  private static boolean dependsOnNodes(UprobeTrace trace) {
    return trace.getSpec().target().host() != null || !trace.getSpec().nodeSelector().isEmpty();
  }

  private Set<ResourceID> ids(Predicate<UprobeTrace> predicate) {
    return traces.list(predicate).map(ResourceID::fromResource).collect(Collectors.toSet());
  }

  private static Map<String, String> labels(HasMetadata resource) {
    return Optional.ofNullable(resource.getMetadata().getLabels()).orElse(Map.of());
  }
}
