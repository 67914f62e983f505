package dev.uprobe.operator.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PodStoreTest {

  @Test
  void aPodIsKeptWithoutWhatPlanningDoesNotRead() {
    Pod pod =
        new PodBuilder()
            .withNewMetadata()
            .withNamespace("shop")
            .withName("one")
            .addToLabels("app", "shop")
            .addToAnnotations("note", "long")
            .endMetadata()
            .withNewSpec()
            .withNodeName("a")
            .addNewInitContainer()
            .withName("setup")
            .endInitContainer()
            .addNewInitContainer()
            .withName("sidecar")
            .withRestartPolicy("Always")
            .endInitContainer()
            .addNewContainer()
            .withName("app")
            .addNewEnv()
            .withName("SECRET")
            .withValue("x")
            .endEnv()
            .endContainer()
            .endSpec()
            .withNewStatus()
            .withPhase("Running")
            .endStatus()
            .build();

    PodStore store = new PodStore();
    store.put("shop/one", pod);
    Pod kept = store.get("shop/one");
    assertEquals(
        new PodView(
            "shop", Map.of("app", "shop"), Optional.of("a"), false, List.of("sidecar", "app")),
        PodView.of(kept));
    assertEquals(PodView.of(pod), PodView.of(kept));
    assertNull(kept.getMetadata().getAnnotations().get("note"));
    assertEquals(List.of(), kept.getSpec().getContainers().get(0).getEnv());
  }
}
