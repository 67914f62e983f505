package dev.uprobe.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TraceFailureTest {
  @TempDir private Path folder;

  @Test
  void aMissingFileIsOneSentence() {
    String missing = folder.resolve("missing.yaml").toString();

    assertSentence(Run.of("trace", missing), "There is no file " + missing);
  }

  @Test
  void aWrongFieldIsOneSentence() {
    assertSentence(Run.withInput(trace("symbl: func"), "trace", "-"), "standard input:7:", "symbl");
  }

  @Test
  void aWrongConditionIsOneSentence() {
    assertSentence(
        Run.withInput(trace("symbol: func, where: [nothing == 1]"), "trace", "-"), "nothing");
  }

  @Test
  void aFloatingPointArgumentIsOneSentence() {
    assertSentence(
        Run.withInput(trace("symbol: func, signature: int func(double rate)"), "trace", "-"),
        "rate cannot be shown: a double is not in an integer register");
    assertSentence(
        Run.withInput(trace("symbol: func, args: [{name: rate, type: f64}]"), "trace", "-"),
        "a probe cannot read floating-point registers");
  }

  @Test
  void textThatIsNoYamlIsOneSentence() {
    assertSentence(Run.withInput("{", "trace", "-"), "standard input", "YAML");
  }

  @Test
  void foldedOutputOfAProbeWithoutAStackIsOneSentence() {
    assertSentence(
        Run.withInput(trace("symbol: func"), "trace", "--output", "folded", "-"),
        "probe probe of trace trace has none",
        "stack: 32");
  }

  @Test
  void everyProblemOfATraceIsALineOfItsOwn() {
    Run run =
        Run.withInput(trace("symbol: func, where: [nothing == 1, nobody == 2]"), "trace", "-");

    assertEquals(1, run.status());
    assertEquals(2, run.err().lines().count(), run.err());
    assertTrue(run.err().lines().allMatch(each -> each.startsWith("uprobe-agent: ")), run.err());
  }

  @Test
  @Tag("kernel")
  void anUnknownSymbolIsOneSentenceWithTheNearestNames() throws IOException {
    assumeTrue(Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0), "needs root");

    assertSentence(
        Run.withInput(trace("binary: c, symbol: strlne"), "trace", "-"), "strlne", "strlen");
  }

  private static String trace(String probe) {
    return """
        apiVersion: uprobe.dev/v1alpha1
        kind: UprobeTrace
        metadata: {name: trace}
        spec:
          target: {host: {}}
          probes:
          - {name: probe, %s}
        """
        .formatted(probe);
  }

  private static void assertSentence(Run run, String... parts) {
    assertEquals(1, run.status(), run.err());
    assertEquals("", run.out());
    assertEquals(1, run.err().lines().count(), run.err());
    assertTrue(run.err().startsWith("uprobe-agent: "), run.err());
    for (String part : parts) {
      assertTrue(run.err().contains(part), run.err());
    }
    assertFalse(run.err().contains("internal error"), run.err());
  }
}
