package dev.uprobe.agent.containers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.uprobe.agent.process.procfs.MountNamespace;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ProcessNamespacesTest {
  private static final Path PROC = Path.of("/proc");
  private static final int NOBODY = 4194305;

  private final ProcessNamespaces namespaces = new ProcessNamespaces(PROC);

  @Test
  void tellsTheMountNamespaceOfARunningProcess() throws Exception {
    assumeTrue(
        Files.readSymbolicLink(Path.of("/proc/self/ns/pid")).toString().equals("pid:[4026531836]"),
        "in a PID namespace of its own, a process has another number than in events");
    int self = (int) ProcessHandle.current().pid();
    int expected = (int) MountNamespace.of(PROC.resolve("self"));
    assertEquals(expected, namespaces.of(self));
    assertEquals(expected, namespaces.of(self));
  }

  @Test
  void aProcessThatHasEndedIsInNone() {
    assertEquals(0, namespaces.of(NOBODY));
  }

  @Test
  void anyNumberOfProcessesMayBeAsked() {
    for (int i = 0; i < 10_000; i++) {
      assertEquals(0, namespaces.of(NOBODY + i));
    }
  }
}
