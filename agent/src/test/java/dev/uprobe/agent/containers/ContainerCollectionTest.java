package dev.uprobe.agent.containers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.uprobe.agent.events.model.ContainerRef;
import dev.uprobe.api.v1alpha1.LabelSelector;
import dev.uprobe.api.v1alpha1.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a made-up {@code /proc}. */
class ContainerCollectionTest {
  private static final String UID = "0f3c1c8e-6d5b-4f0e-9a55-2b7f6f0f4f11";
  private static final String APP = "a".repeat(64);
  private static final String PROXY = "b".repeat(64);
  private static final String SANDBOX = "c".repeat(64);
  private static final Target ALL = target(Map.of(), null);

  @TempDir Path folder;
  private Path proc;
  private final KnownContainers names =
      new KnownContainers(new ProcessNamespaces(Path.of("/proc")));
  private ContainerCollection containers;

  @BeforeEach
  void start() throws IOException {
    proc = Files.createDirectory(folder.resolve("proc"));
    containers = new ContainerCollection(new ContainerProcesses(proc), names);
    process(1, "0::/init.scope\n", 1, "init");
  }

  private static Target target(Map<String, String> labels, String container) {
    return new Target(new LabelSelector(labels, List.of()), container, null);
  }

  private static NodePod pod(Map<String, String> containers, String... named) {
    return new NodePod(UID, "shop", "cart", Map.of("app", "cart"), containers, List.of(named));
  }

  private void process(int pid, String cgroup, long mountNamespace, String comm)
      throws IOException {
    Path process = Files.createDirectory(proc.resolve(Integer.toString(pid)));
    Files.writeString(process.resolve("cgroup"), cgroup);
    Files.writeString(process.resolve("comm"), comm + "\n");
    Files.writeString(
        process.resolve("stat"),
        pid + " (x) S 1 1 1 0 -1 4194560 1 0 0 0 2 3 0 0 20 0 1 0 " + pid + " 99 7\n");
    Files.createDirectory(process.resolve("ns"));
    Files.createSymbolicLink(process.resolve("ns/mnt"), Path.of("mnt:[" + mountNamespace + "]"));
    Path root = Files.createDirectories(folder.resolve("root-" + mountNamespace));
    Files.createSymbolicLink(process.resolve("root"), root);
  }

  private void program(int pid, String containerId, long mountNamespace) throws IOException {
    process(pid, cgroup(containerId), mountNamespace, "program");
  }

  private static String cgroup(String containerId) {
    return "0::/kubepods/pod" + UID + "/" + containerId + "\n";
  }

  private List<String> selected(String namespace, Target target) {
    return containers.selectedBy(namespace, target).stream()
        .map(each -> each.origin().container())
        .sorted()
        .toList();
  }

  @Test
  void selectsByNamespaceLabelsAndName() throws Exception {
    program(10, APP, 10);
    program(11, PROXY, 11);
    containers.put(pod(Map.of(APP, "app", PROXY, "proxy"), "app", "proxy"));
    containers.refresh();
    assertEquals(List.of("app", "proxy"), selected("shop", ALL));
    assertEquals(List.of("app", "proxy"), selected("shop", target(Map.of("app", "cart"), null)));
    assertEquals(List.of("proxy"), selected("shop", target(Map.of(), "proxy")));
    assertEquals(List.of(), selected("shop", target(Map.of("app", "stock"), null)));
    assertEquals(List.of(), selected("bank", ALL));
    assertEquals(List.of(), selected("shop", new Target(null, null, null)));
  }

  @Test
  void doesNotTakeThePodsSandboxForItsContainer() throws Exception {
    process(9, cgroup(SANDBOX), 9, "pause");
    program(10, APP, 10);
    containers.put(pod(Map.of(), "app"));
    containers.refresh();
    assertEquals(
        List.of(APP),
        containers.selectedBy("shop", ALL).stream()
            .map(each -> each.container().id().containerId())
            .toList());
    assertEquals(Optional.empty(), names.of(9));
  }

  @Test
  void waitsForTheStatusWhereAContainerCouldBeOneOfTwo() throws Exception {
    program(10, APP, 10);
    containers.put(pod(Map.of(), "app", "proxy"));
    containers.refresh();
    assertEquals(List.of(), selected("shop", ALL));
    assertTrue(containers.put(pod(Map.of(APP, "app"), "app", "proxy")));
    assertEquals(List.of("app"), selected("shop", ALL));
    assertEquals(Optional.of(new ContainerRef("shop", "cart", "app")), names.of(10));
  }

  @Test
  void tellsWhetherAPodHasChanged() {
    assertTrue(containers.put(pod(Map.of(), "app")));
    assertFalse(containers.put(pod(Map.of(), "app")));
    containers.remove(pod(Map.of(), "app"));
    assertTrue(containers.put(pod(Map.of(), "app")));
  }

  @Test
  void findsAContainerByAProcessThatHasJustStarted() throws Exception {
    containers.refresh();
    program(10, APP, 10);
    assertEquals(Set.of(10), containers.look(10).orElseThrow().pids());
    program(12, APP, 10);
    Container seen = containers.look(12).orElseThrow();
    assertEquals(Set.of(12), seen.pids());
    assertEquals(10, seen.rootPid());
    assertEquals(Optional.empty(), containers.look(1));
    assertEquals(Optional.empty(), containers.look(99));
  }

  @Test
  void selectsAContainerBeforeItRunsItsProgramWithoutTakingItForOneThatRuns() throws Exception {
    containers.put(pod(Map.of(), "app"));
    containers.refresh();
    process(10, cgroup(APP), 10, "runc:[2:INIT]");

    assertTrue(containers.expect(10));

    assertFalse(containers.expect(10), "it is known now");
    assertEquals(1, containers.expectedBy("shop", ALL).size());
    assertEquals(List.of(), containers.expectedBy("bank", ALL));
    assertEquals(List.of(), selected("shop", ALL));
    assertEquals(Optional.of(new ContainerRef("shop", "cart", "app")), names.of(10));
    containers.refresh();
    assertEquals(List.of(), containers.expectedBy("shop", ALL));
    assertEquals(List.of("app"), selected("shop", ALL));
  }

  @Test
  void expectsNoContainerWhereAProcessHasEnteredAnother() throws Exception {
    program(11, PROXY, 11);
    containers.put(pod(Map.of(), "app"));
    containers.refresh();
    program(12, APP, 11);

    assertFalse(containers.expect(12));
    assertFalse(containers.expect(1));
    assertFalse(containers.expect(99));
  }

  @Test
  void doesNotFollowAProcessIntoAnotherContainer() throws Exception {
    program(10, APP, 10);
    program(11, PROXY, 11);
    containers.refresh();
    program(12, PROXY, 10);
    assertEquals(Optional.empty(), containers.look(12));
  }

  @Test
  void namesAContainerAWhileAfterItsEnd() {
    ContainerRef app = new ContainerRef("shop", "cart", "app");
    names.put(10, app);
    names.retain(Set.of(10));
    names.retain(Set.of());
    assertEquals(Optional.of(app), names.of(10));
    names.retain(Set.of());
    assertEquals(Optional.empty(), names.of(10));
  }
}
