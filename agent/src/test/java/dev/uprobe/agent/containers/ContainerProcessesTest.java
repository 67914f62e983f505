package dev.uprobe.agent.containers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a made-up {@code /proc}. */
class ContainerProcessesTest {
  private static final long HOST = 4026531841L;
  private static final ContainerId SHOP =
      new ContainerId("0f3c1c8e-6d5b-4f0e-9a55-2b7f6f0f4f11", "5".repeat(64));
  private static final ContainerId BANK =
      new ContainerId("11111111-2222-3333-4444-555555555555", "b".repeat(64));

  @TempDir Path folder;
  private Path proc;
  private ContainerProcesses processes;

  @BeforeEach
  void start() throws IOException {
    proc = Files.createDirectory(folder.resolve("proc"));
    processes = new ContainerProcesses(proc);
    Files.createDirectory(proc.resolve("sys"));
    process(1, 1, "0::/init.scope\n", HOST, "host");
    process(300, 20, "0::/system.slice/containerd.service\n", HOST, "host");
  }

  @Test
  void findsTheContainersOfAHost() throws Exception {
    process(700, 900, cgroup(SHOP), 11, "shop");
    process(810, 901, cgroup(SHOP), 11, "shop");
    process(900, 950, cgroup(BANK), 12, "bank");
    assertEquals(
        Map.of(
            SHOP, container(SHOP, Set.of(11L), 700, 810), BANK, container(BANK, Set.of(12L), 900)),
        processes.all());
  }

  @Test
  void takesTheOldestProcessForTheRoot() throws Exception {
    process(32000, 900, cgroup(SHOP), 11, "shop");
    // Process numbers start again.
    process(450, 99000, cgroup(SHOP), 11, "shop");
    Container shop = processes.all().get(SHOP);
    assertEquals(32000, shop.rootPid());
    assertEquals(new TreeSet<>(Set.of(450, 32000)), shop.pids());
  }

  @Test
  void keepsAMountNamespaceThatAProcessOfTheContainerHasMade() throws Exception {
    process(700, 900, cgroup(SHOP), 11, "shop");
    process(701, 901, cgroup(SHOP), 21, "shop");
    assertEquals(container(SHOP, Set.of(11L, 21L), 700, 701), processes.all().get(SHOP));
  }

  @Test
  void leavesOutAProcessThatIsStillOnItsWayIn() throws Exception {
    process(700, 900, cgroup(SHOP), HOST, "host");
    process(701, 901, cgroup(SHOP), 11, "host");
    assertEquals(Map.of(), processes.all());
    assertEquals(Optional.empty(), processes.of(700));
    assertEquals(Optional.empty(), processes.of(701));
  }

  @Test
  void leavesOutAProcessThatHasEnteredAnotherMountNamespace() throws Exception {
    process(700, 900, cgroup(SHOP), 11, "shop");
    process(900, 950, cgroup(BANK), 12, "bank");
    process(901, 951, cgroup(BANK), 11, "shop");
    process(902, 952, cgroup(BANK), HOST, "bank");
    assertEquals(container(BANK, Set.of(12L), 900), processes.all().get(BANK));
    assertEquals(container(SHOP, Set.of(11L), 700), processes.all().get(SHOP));
    assertEquals(Optional.empty(), processes.of(902));
  }

  @Test
  void knowsAContainerThatTheHostHasEntered() throws Exception {
    process(700, 900, cgroup(SHOP), 11, "shop");
    process(950, 990, "0::/user.slice\n", 11, "shop");
    assertEquals(Map.of(SHOP, container(SHOP, Set.of(11L), 700)), processes.all());
  }

  @Test
  void refusesToGuessWhatTheHostIs() throws Exception {
    process(2, 1, "0::/\n", HOST, "host");
    process(700, 900, cgroup(SHOP), 11, "shop");
    Files.delete(proc.resolve("1/root"));
    assertEquals(Set.of(SHOP), processes.all().keySet());
    Files.delete(proc.resolve("2/ns/mnt"));
    String problem =
        "The node's processes 1 and 2 cannot be inspected, so containers cannot be distinguished from"
            + " the node; run the agent with hostPID and CAP_SYS_PTRACE";
    assertEquals(problem, assertThrows(IOException.class, processes::all).getMessage());
    assertEquals(problem, assertThrows(IOException.class, () -> processes.of(700)).getMessage());
  }

  @Test
  void findsTheContainerOfOneProcess() throws Exception {
    process(700, 900, cgroup(SHOP), 11, "shop");
    process(701, 901, cgroup(SHOP), 11, "shop");
    assertEquals(Optional.of(container(SHOP, Set.of(11L), 701)), processes.of(701));
    assertEquals(Optional.empty(), processes.of(300));
    assertEquals(Optional.empty(), processes.of(99));
  }

  @Test
  void goesByProcessesThatEnd() throws Exception {
    process(700, 900, cgroup(SHOP), 11, "shop");
    int pid = 701;
    for (String lost : List.of("cgroup", "stat", "ns/mnt", "root")) {
      process(pid, 901, cgroup(SHOP), 11, "shop");
      Files.delete(proc.resolve(pid + "/" + lost));
      pid++;
    }
    Files.createDirectory(proc.resolve("720"));
    process(721, 901, cgroup(SHOP), 11, "shop");
    Files.writeString(proc.resolve("721/stat"), "721 (x");
    assertEquals(Map.of(SHOP, container(SHOP, Set.of(11L), 700)), processes.all());
  }

  private void process(int pid, long startTime, String cgroup, long mountNamespace, String root)
      throws IOException {
    Path process = Files.createDirectory(proc.resolve(Integer.toString(pid)));
    Path rootFolder = Files.createDirectories(folder.resolve(root));
    Files.writeString(process.resolve("cgroup"), cgroup);
    Files.writeString(
        process.resolve("stat"),
        pid + " (a) b (c) S 1 1 1 0 -1 4194560 1 0 0 0 2 3 0 0 20 0 1 0 " + startTime + " 99 7\n");
    Files.createDirectory(process.resolve("ns"));
    Files.createSymbolicLink(process.resolve("ns/mnt"), Path.of("mnt:[" + mountNamespace + "]"));
    Files.createSymbolicLink(process.resolve("root"), rootFolder);
  }

  private static String cgroup(ContainerId id) {
    return "0::/kubepods/burstable/pod" + id.podUid() + "/" + id.containerId() + "\n";
  }

  private static Container container(ContainerId id, Set<Long> namespaces, Integer... pids) {
    return new Container(id, namespaces, new TreeSet<>(Set.of(pids)), pids[0]);
  }
}
