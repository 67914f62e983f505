package dev.uprobe.agent.process.procfs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.uprobe.language.plan.HostFilter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessesTest {
  @TempDir Path proc;
  private Processes processes;

  @BeforeEach
  void start() throws IOException {
    process("7", "sshd\n", "/usr/sbin/sshd");
    process("12", "nginx\n", "/usr/sbin/nginx (deleted)");
    process("104", "nginx\n", "/opt/nginx");
    Files.createDirectory(proc.resolve("9"));
    Files.createDirectory(proc.resolve("sys"));
    processes = new Processes(proc);
  }

  @Test
  void listsProcesses() throws Exception {
    assertEquals(List.of(7, 9, 12, 104), processes.pids());
  }

  @Test
  void tellsNamesAndExecutables() {
    assertEquals(Optional.of("sshd"), processes.comm(7));
    assertEquals(Optional.of("/usr/sbin/sshd"), processes.executable(7));
    assertEquals(Optional.of("/usr/sbin/nginx"), processes.executable(12));
  }

  @Test
  void knowsNothingOfProcessesThatEnded() {
    assertEquals(Optional.empty(), processes.comm(9));
    assertEquals(Optional.empty(), processes.executable(9));
    assertEquals(List.of(), processes.mappings(9));
  }

  @Test
  void filters() throws Exception {
    assertEquals(List.of(7, 9, 12, 104), matching(OptionalInt.empty(), "", ""));
    assertEquals(List.of(12, 104), matching(OptionalInt.empty(), "nginx", ""));
    assertEquals(List.of(104), matching(OptionalInt.empty(), "nginx", "/opt/nginx"));
    assertEquals(List.of(12), matching(OptionalInt.of(12), "nginx", ""));
    assertEquals(List.of(), matching(OptionalInt.of(7), "nginx", ""));
    assertEquals(List.of(), matching(OptionalInt.of(8), "", ""));
  }

  @Test
  void seesThisProcess() throws Exception {
    Processes real = new Processes(Path.of("/proc"));
    int self = (int) ProcessHandle.current().pid();
    assertTrue(real.pids().contains(self));
    assertEquals(ProcessHandle.current().info().command(), real.executable(self));
  }

  private List<Integer> matching(OptionalInt pid, String comm, String binary) throws IOException {
    return processes.matching(
        new HostFilter(
            pid,
            Optional.of(comm).filter(text -> !text.isEmpty()),
            Optional.of(binary).filter(text -> !text.isEmpty())),
        Set.of(binary),
        processes.pids());
  }

  private void process(String pid, String comm, String executable) throws IOException {
    Path folder = Files.createDirectory(proc.resolve(pid));
    Files.writeString(folder.resolve("comm"), comm);
    Files.createSymbolicLink(folder.resolve("exe"), Path.of(executable));
  }
}
