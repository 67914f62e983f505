package dev.uprobe.operator.node;

import dev.uprobe.store.ReducedStore;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;

/** Keeps of each node only its labels. */
public final class NodeStore extends ReducedStore<Node> {

  public NodeStore() {
    super(NodeStore::reduce);
  }

  static Node reduce(Node node) {
    return new NodeBuilder()
        .withMetadata(identity(node).withLabels(node.getMetadata().getLabels()).build())
        .build();
  }
}
