package dev.uprobe.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.uprobe.agent.fixture.KernelTest;
import dev.uprobe.agent.fixture.RunningProgram;
import dev.uprobe.agent.fixture.Toolchain;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a host that is a container itself, as the nodes of kind are. */
class PidNamespaceTest {
  private static final String SOURCE =
      RunningProgram.PROLOGUE
          + """
          TRACED int load(int process, int thread) { return process + thread; }
          TRACED int called(void) { return load(getpid(), syscall(SYS_gettid)) + 1; }
          int main(void) { for (;;) { called(); usleep(20000); } }
          """;

  /** The first processes of a pid namespace have small numbers. */
  private static final String TRACE =
      """
      apiVersion: uprobe.dev/v1alpha1
      kind: UprobeTrace
      metadata: {name: numbers}
      spec:
        target: {host: {comm: numbers}}
        probes:
        - name: load
          binary: %s
          symbol: load
          signature: int load(int process, int thread)
          where: [pid < 100, tid < 100]
          stack: 3
      """;

  @TempDir Path folder;

  @KernelTest
  @Test
  void processesHaveTheNumbersThatTheHostGivesThem() throws Exception {
    Path program = new Toolchain(folder).gcc("numbers", SOURCE, "-O1", "-fno-omit-frame-pointer");
    Path trace = Files.writeString(folder.resolve("trace.yaml"), TRACE.formatted(program));
    List<String> withProgram = List.of("sh", "-c", program + " & exec \"$@\"", "sh");
    List<String> inNamespace =
        new ArrayList<>(List.of("unshare", "--pid", "--fork", "--kill-child", "--mount-proc"));
    inNamespace.addAll(withProgram);
    Process outside = new ProcessBuilder(program.toString()).start();
    try (RunningTracer tracer = RunningTracer.startUnder(inNamespace, "json", trace.toString())) {
      List<String> lines = tracer.awaitLines(each -> each.contains("load"));
      JsonNode event = new ObjectMapper().readTree(lines.get(0));

      assertEquals(event.at("/args/process").asInt(), event.get("pid").asInt());
      assertEquals(event.at("/args/thread").asInt(), event.get("tid").asInt());
      assertTrue(event.at("/stack/1").asText().startsWith("called+"), event.toString());
      assertTrue(event.at("/stack/2").asText().startsWith("main+"), event.toString());
    } finally {
      outside.destroyForcibly();
    }
  }
}
