package dev.uprobe.agent.containers;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.uprobe.agent.node.NodePodStore;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NodePodTest {
  private static Pod pod(String yaml) {
    return Serialization.unmarshal("apiVersion: v1\nkind: Pod\n" + yaml, Pod.class);
  }

  private static final String RUNNING =
      """
      metadata: {name: cart-1, namespace: shop, uid: u1, resourceVersion: "7", labels: {app: cart}}
      spec:
        initContainers: [{name: migrate}]
        containers: [{name: app}, {name: proxy}]
      status:
        containerStatuses:
        - {name: app, containerID: "containerd://aaaa"}
        - {name: proxy}
        initContainerStatuses:
        - {name: migrate, containerID: "cri-o://bbbb"}
        ephemeralContainerStatuses:
        - {name: debugger, containerID: "docker://cccc"}
      """;

  @Test
  void readsWhatTracingNeeds() {
    NodePod read = NodePod.of(pod(RUNNING));
    assertEquals(
        new NodePod(
            "u1",
            "shop",
            "cart-1",
            Map.of("app", "cart"),
            Map.of("aaaa", "app", "bbbb", "migrate", "cccc", "debugger"),
            List.of("migrate", "app", "proxy")),
        read);
    assertEquals(Optional.of("app"), read.containerName("aaaa"));
    assertEquals(Optional.empty(), read.containerName("dddd"));
    assertEquals(Optional.empty(), read.onlyContainer());
  }

  @Test
  void readsAPodOfMetadataOnly() {
    Pod pod = pod("metadata: {name: cart-1, namespace: shop, uid: u1}\n");
    pod.setSpec(null);
    pod.setStatus(null);
    assertEquals(
        new NodePod("u1", "shop", "cart-1", Map.of(), Map.of(), List.of()), NodePod.of(pod));
  }

  @Test
  void knowsTheOnlyContainerBeforeTheStatusDoes() {
    String created =
        """
        metadata: {name: cart-1, namespace: shop, uid: u1}
        spec: {containers: [{name: app}]}
        """;
    assertEquals(Optional.of("app"), NodePod.of(pod(created)).onlyContainer());
    String started =
        created + "status: {containerStatuses: [{name: app, containerID: 'containerd://aaaa'}]}\n";
    assertEquals(Optional.empty(), NodePod.of(pod(started)).onlyContainer());
    String init = created.replace("spec: {", "spec: {initContainers: [{name: migrate}], ");
    assertEquals(Optional.empty(), NodePod.of(pod(init)).onlyContainer());
  }

  @Test
  void knowsAStaticPodByItsHash() {
    NodePod read =
        NodePod.of(
            pod(
                """
                metadata:
                  name: etcd
                  namespace: kube-system
                  uid: u1
                  annotations: {kubernetes.io/config.hash: h1, other: x}
                """));
    assertEquals("h1", read.uid());
  }

  @Test
  void whatTheInformerKeepsTellsWhichPodHasEnded() {
    Pod kept = NodePodStore.reduce(pod(RUNNING));
    assertEquals("7", kept.getMetadata().getResourceVersion());
    assertEquals(
        new NodePod("u1", "shop", "cart-1", Map.of(), Map.of(), List.of()), NodePod.of(kept));
    Pod fixed =
        pod(
            "metadata: {name: e, namespace: n, uid: u, annotations: {kubernetes.io/config.hash: h}}\n");
    assertEquals("h", NodePod.of(NodePodStore.reduce(fixed)).uid());
  }
}
