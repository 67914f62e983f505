package dev.uprobe.agent.node;

import dev.uprobe.api.v1alpha1.LabelValue;
import dev.uprobe.api.v1alpha1.UprobeAttachment;
import dev.uprobe.kube.ReducedStore;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Watches the pods and the attachments of one node, and never gives up. */
final class NodeInformers implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NodeInformers.class);

  /** How many attachments are in memory at once when they are listed. */
  private static final long PAGE = 50;

  private final SharedIndexInformer<Pod> pods;
  private final SharedIndexInformer<UprobeAttachment> attachments;

  /** Prepares it; nothing is watched before {@link #start}. */
  NodeInformers(
      KubernetesClient client,
      String node,
      InformerCallbacks<Pod> podChanges,
      InformerCallbacks<UprobeAttachment> attachmentChanges) {
    pods =
        client
            .pods()
            .inAnyNamespace()
            .withField("spec.nodeName", node)
            .runnableInformer(0)
            .itemStore(new NodePodStore())
            .exceptionHandler((started, e) -> retry("pods", e))
            .addEventHandler(podChanges);
    attachments =
        client
            .resources(UprobeAttachment.class)
            .inAnyNamespace()
            .withLabel(UprobeAttachment.NODE_LABEL, LabelValue.of(node))
            .withLimit(PAGE)
            .runnableInformer(0)
            .itemStore(new ReducedStore<>(NodeInformers::identity))
            .exceptionHandler((started, e) -> retry("attachments", e))
            .addEventHandler(attachmentChanges);
  }

  /** What is carried out is kept by its trace; the others may be many and large. */
  private static UprobeAttachment identity(UprobeAttachment attachment) {
    UprobeAttachment reduced = new UprobeAttachment();
    reduced.setMetadata(ReducedStore.identity(attachment));
    return reduced;
  }

  private static boolean retry(String what, Throwable e) {
    LOG.warn("Cannot watch the {} of this node, retrying: {}", what, e.getMessage());
    return true;
  }

  void start() {
    // The first traces find their pods known already.
    pods.start().thenRun(attachments::start);
  }

  /** Tells whether all that there was at the start has been seen. */
  boolean haveSynced() {
    return List.of(pods, attachments).stream().allMatch(SharedIndexInformer::hasSynced);
  }

  @Override
  public void close() {
    pods.stop();
    attachments.stop();
  }
}
