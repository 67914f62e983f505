package dev.uprobe.operator.schedule;

import dev.uprobe.kube.ReducedStore;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.ObjectMeta;

/** An informer store of nodes with only their labels. */
public final class NodeStore extends ReducedStore<Node> {

  public NodeStore() {
    super(NodeStore::reduce);
  }

  static Node reduce(Node node) {
    ObjectMeta metadata = identity(node);
    metadata.setLabels(node.getMetadata().getLabels());
    return new NodeBuilder().withMetadata(metadata).build();
  }
}
