package dev.uprobe.agent.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.uprobe.agent.containers.NodePod;
import dev.uprobe.api.v1alpha1.UprobeAttachment;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.WatchEvent;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NodeClientTest {
  private static final String POD =
      """
      {"apiVersion": "v1", "kind": "Pod",
       "metadata": {"namespace": "shop", "name": "cart-1", "uid": "u1", "labels": {"app": "cart"},
         "resourceVersion": "7", "managedFields": [{"manager": "kubelet"}],
         "annotations": {"kubernetes.io/config.hash": "u2"}},
       "spec": {"nodeName": "n", "volumes": [{"name": "v", "emptyDir": {}}],
         "initContainers": [{"name": "setup", "image": "x"}],
         "containers": [{"name": "main", "image": "x", "resources": {"limits": {"cpu": "1"}}}]},
       "status": {"phase": "Running", "podIPs": [{"ip": "10.0.0.1"}],
         "containerStatuses": [
           {"name": "main", "containerID": "containerd://c1", "ready": true, "state": {"running": {}}}],
         "ephemeralContainerStatuses": [{"name": "debug", "containerID": "containerd://c2"}]}}
      """;

  private static <T> T read(String json, Class<T> type) {
    return NodeClient.serialization().unmarshal(json, type);
  }

  @Test
  void readsOfAPodAllThatTracingNeeds() {
    NodePod pod = NodePod.of(read(POD, Pod.class));
    assertEquals(
        new NodePod(
            "u2",
            "shop",
            "cart-1",
            Map.of("app", "cart"),
            Map.of("c1", "main", "c2", "debug"),
            List.of("setup", "main")),
        pod);
  }

  @Test
  void leavesTheRestOfAPodUnread() {
    Pod pod = read(POD, Pod.class);
    assertEquals(List.of(), pod.getSpec().getVolumes());
    assertEquals(List.of(), pod.getMetadata().getManagedFields());
    assertNull(pod.getStatus().getPhase());
    assertNull(pod.getStatus().getContainerStatuses().get(0).getState());
  }

  @Test
  void readsWhatAWatchTells() {
    assertInstanceOf(
        Pod.class,
        read("{\"type\": \"ADDED\", \"object\": " + POD + "}", WatchEvent.class).getObject());
    assertInstanceOf(
        UprobeAttachment.class,
        read(
                """
                {"type": "MODIFIED", "object": {"apiVersion": "uprobe.dev/v1alpha1",
                 "kind": "UprobeAttachment", "metadata": {"name": "a"}}}
                """,
                WatchEvent.class)
            .getObject());
    WatchEvent expired =
        read(
            """
            {"type": "ERROR", "object": {"apiVersion": "v1", "kind": "Status", "code": 410}}
            """,
            WatchEvent.class);
    assertEquals(410, assertInstanceOf(Status.class, expired.getObject()).getCode());
  }
}
