package dev.uprobe.agent.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class InformerCallbacksTest {
  private final List<String> told = new ArrayList<>();
  private final InformerCallbacks<Pod> changes =
      new InformerCallbacks<>(
          pod -> told.add("put " + pod.getMetadata().getUid()),
          pod -> told.add("remove " + pod.getMetadata().getUid()));

  private static Pod pod(String uid) {
    return new PodBuilder().withNewMetadata().withName("cart").withUid(uid).endMetadata().build();
  }

  @Test
  void tellsOfAnObjectsLife() {
    changes.onAdd(pod("1"));
    changes.onUpdate(pod("1"), pod("1"));
    changes.onDelete(pod("1"), false);
    assertEquals(List.of("put 1", "put 1", "remove 1"), told);
  }

  @Test
  void endsAnObjectThatAnotherOfItsNameHasReplaced() {
    changes.onUpdate(pod("1"), pod("2"));
    assertEquals(List.of("remove 1", "put 2"), told);
  }
}
