package dev.uprobe.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.uprobe.agent.fixture.KernelTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a user of {@code uprobe-agent trace} sees beside the events. */
class TraceCommandTest {
  private static final String TRACE =
      """
      apiVersion: uprobe.dev/v1alpha1
      kind: UprobeTrace
      metadata: {name: pids}
      spec:
        target: {host: {binary: %s}}
        probes: [{name: exit, binary: c, symbol: exit, signature: void exit(int status)}]
      """;

  @TempDir Path folder;

  @KernelTest
  @Test
  void ctrlCEndsItWithASummaryAndStatusZero() throws Exception {
    try (RunningTracer tracer = start()) {
      sleepOnce();
      tracer.awaitLines(each -> each.endsWith("exit(status=0)"));
      tracer.signal("INT");

      assertEquals(0, tracer.exitStatus());
      assertSummary(tracer);
    }
  }

  @KernelTest
  @Test
  void aSignalShowsTheSummaryAndTracingGoesOn() throws Exception {
    try (RunningTracer tracer = start()) {
      sleepOnce();
      tracer.awaitLines(each -> each.endsWith("exit(status=0)"));
      tracer.signal("USR1");
      assertSummary(tracer);

      sleepOnce();
      tracer.awaitLines(each -> each.endsWith("exit(status=0)"));
    }
  }

  private RunningTracer start() throws Exception {
    // A program of the test's own: others on this host may sleep too.
    Files.copy(Path.of("/bin/sleep"), program(), StandardCopyOption.COPY_ATTRIBUTES);
    Path file = Files.writeString(folder.resolve("trace.yaml"), TRACE.formatted(program()));
    return RunningTracer.start("text", file.toString());
  }

  private Path program() {
    return folder.resolve("sleeper");
  }

  private void sleepOnce() throws Exception {
    new ProcessBuilder(program().toString(), "0").start().waitFor();
  }

  private static void assertMatches(String pattern, List<String> lines, int fromEnd) {
    String line = lines.get(lines.size() - fromEnd);
    assertTrue(line.matches(pattern), line);
  }

  private static void assertSummary(RunningTracer tracer) throws Exception {
    List<String> summary = tracer.awaitNotice(each -> each.startsWith("pids/exit"));
    assertMatches("PROBE +FUNCTIONS +HITS +EVENTS +FILTERED +LIMITED +LOST", summary, 2);
    assertMatches("pids/exit +[1-9][0-9]* +1 +1 +0 +0 +0", summary, 1);
  }
}
