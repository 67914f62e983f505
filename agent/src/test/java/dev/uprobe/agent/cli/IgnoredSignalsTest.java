package dev.uprobe.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.uprobe.agent.fixture.KernelTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A tracer that a script or nohup has started with signals ignored. */
@KernelTest
class IgnoredSignalsTest {
  @TempDir private Path folder;

  private String trace;

  @BeforeEach
  void writeTrace() throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("trace.yaml"),
            """
            apiVersion: uprobe.dev/v1alpha1
            kind: UprobeTrace
            metadata: {name: trace}
            spec: {target: {host: {}}, probes: [{name: quiet, binary: c, symbol: lcong48}]}
            """);
    trace = file.toString();
  }

  @ParameterizedTest
  @ValueSource(strings = {"INT", "TERM"})
  void endsAsATraceInTheBackgroundOfAScript(String signal) throws Exception {
    // What a shell does to background jobs, and to those of `trap '' TERM`.
    List<String> ignored = List.of("sh", "-c", "trap '' INT TERM; exec \"$@\"", "sh");
    try (RunningTracer tracer = RunningTracer.startUnder(ignored, "json", trace)) {
      tracer.signal(signal);

      tracer.awaitNotice(line -> line.startsWith("trace/quiet "));
      assertEquals(0, tracer.exitStatus());
    }
  }

  @Test
  void outlivesItsTerminalUnderNohup() throws Exception {
    List<String> nohup = List.of("sh", "-c", "trap '' HUP; exec \"$@\"", "sh");
    try (RunningTracer tracer = RunningTracer.startUnder(nohup, "json", trace)) {
      tracer.signal("HUP");
      tracer.signal("USR1");
      tracer.awaitNotice(line -> line.startsWith("trace/quiet "));
      assertTrue(tracer.isAlive());

      tracer.signal("INT");
      assertEquals(0, tracer.exitStatus());
    }
  }

  @Test
  void endsWhereTheJvmLeavesSignalsAlone() throws Exception {
    List<String> reduced =
        List.of("env", "JAVA_TOOL_OPTIONS=-Xrs", "sh", "-c", "trap '' INT; exec \"$@\"", "sh");
    try (RunningTracer tracer = RunningTracer.startUnder(reduced, "json", trace)) {
      tracer.signal("INT");

      assertEquals(128 + 2, tracer.exitStatus());
    }
  }
}
