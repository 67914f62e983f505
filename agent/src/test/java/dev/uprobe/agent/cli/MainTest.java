package dev.uprobe.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "trase",
        "trace",
        "symbols",
        "trace --output xml trace.yaml",
        "trace --buffer 3 trace.yaml",
        "trace --buffer 0 trace.yaml",
        "trace --buffer -2147483648 trace.yaml",
        "trace --buffer 2048 trace.yaml",
        "trace --buffer many trace.yaml",
        "trace --nonsense trace.yaml",
        "symbols c strlen more",
      })
  void wrongUsageIsStatus2AndShowsTheUsage(String line) {
    Run run = Run.of(line.isEmpty() ? new String[0] : line.split(" "));

    assertEquals(2, run.status(), run.err());
    assertEquals("", run.out());
    assertTrue(run.err().contains("Usage: uprobe-agent"), run.err());
  }

  @Test
  void wrongUsageNamesWhatIsWrong() {
    assertTrue(Run.of("trase").err().contains("trase"));
    assertTrue(Run.of("trace").err().contains("FILE"));
    assertTrue(Run.of("trace", "-o", "xml", "t.yaml").err().contains("xml"));
  }

  @Test
  void helpShowsTheCommands() {
    Run run = Run.of("--help");

    assertEquals(0, run.status());
    assertEquals("", run.err());
    for (String command : new String[] {"trace", "symbols", "doctor"}) {
      assertTrue(run.out().contains("  " + command + " "), run.out());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"trace", "symbols", "doctor"})
  void everyCommandHasHelp(String command) {
    Run run = Run.of(command, "--help");

    assertEquals(0, run.status());
    assertTrue(run.out().startsWith("Usage: uprobe-agent " + command + " "), run.out());
  }

  @Test
  void tellsItsVersion() {
    Run run = Run.of("--version");

    assertEquals(0, run.status());
    assertTrue(run.out().matches("uprobe-agent \\d+\\.\\d+\\.\\d+(-SNAPSHOT)?\\n"), run.out());
  }
}
