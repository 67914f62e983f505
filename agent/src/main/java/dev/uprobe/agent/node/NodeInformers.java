package dev.uprobe.agent.node;

import dev.uprobe.v1alpha1.LabelValue;
import dev.uprobe.v1alpha1.UprobeAttachment;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Watches the pods and the attachments of one node, and never gives up. */
final class NodeInformers implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NodeInformers.class);

  private final SharedIndexInformer<Pod> pods;
  private final SharedIndexInformer<UprobeAttachment> attachments;

  /** Prepares it; nothing is watched before {@link #start}. */
  NodeInformers(
      KubernetesClient client,
      String node,
      Changes<Pod> podChanges,
      Changes<UprobeAttachment> attachmentChanges) {
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
            .runnableInformer(0)
            .exceptionHandler((started, e) -> retry("attachments", e))
            .addEventHandler(attachmentChanges);
  }

  private static boolean retry(String what, Throwable e) {
    LOG.warn("The {} of this node cannot be watched and will be again: {}", what, e.getMessage());
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
