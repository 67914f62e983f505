package dev.uprobe.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.uprobe.agent.fixture.KernelTest;
import dev.uprobe.agent.fixture.Toolchain;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of output that nobody takes, as a shell shows it. */
class StandardStreamsTest {
  private static final String FULL =
      "uprobe-agent: Cannot write to standard output: No space left on device.\n";

  @TempDir private Path folder;

  /** What a shell script printed to standard error, and the exit status of the agent in it. */
  private record Ended(int status, String err) {}

  @Test
  void endsQuietlyWhenTheReaderOfAListIsGone() throws Exception {
    assertEquals(new Ended(141, ""), run("agent symbols c", "| head -n 3"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"symbols c", "doctor", "--help", "trace --help", "--version"})
  void saysThatADiskIsFull(String command) throws Exception {
    assertEquals(new Ended(1, FULL), run("agent " + command + " >/dev/full", ""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"symbols c", "doctor", "--help"})
  void saysThatStandardOutputIsClosed(String command) throws Exception {
    assertEquals(
        new Ended(1, "uprobe-agent: Cannot write to standard output: Bad file descriptor.\n"),
        run("agent " + command + " >&-", ""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"2>/dev/full", "2>&-"})
  void standardErrorThatNobodyTakesChangesNothing(String redirection) throws Exception {
    assertEquals(new Ended(0, ""), run("agent symbols c " + redirection, ""));
    assertEquals(new Ended(2, ""), run("agent nonsense " + redirection, ""));
  }

  @KernelTest
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      textBlock =
          """
          text   ; ''         ; | head -n 3 ; 141
          json   ; ''         ; | head -n 3 ; 141
          text   ; >/dev/full ; ''          ; 1
          json   ; >/dev/full ; ''          ; 1
          folded ; >/dev/full ; ''          ; 1
          json   ; >&-        ; ''          ; 1
          """)
  void aTraceEndsWhenItsOutputDoes(String format, String redirection, String reader, int status)
      throws Exception {
    Path program =
        new Toolchain(folder)
            .gcc(
                "ticks",
                "#include <unistd.h>\n__attribute__((noipa)) void tick(void) {}\n"
                    + "int main(void) { for (;;) { tick(); usleep(1000); } }\n");
    // Folded stacks are written at the end, which the deadline brings.
    Path trace =
        Files.writeString(
            folder.resolve("trace.yaml"),
            """
            apiVersion: uprobe.dev/v1alpha1
            kind: UprobeTrace
            metadata: {name: ticks}
            spec:
              target: {host: {binary: %s}}
              activeDeadlineSeconds: %d
              probes: [{name: tick, symbol: tick, stack: 4}]
            """
                .formatted(program, format.equals("folded") ? 2 : 50));
    Process ticks = new ProcessBuilder(program.toString()).start();
    try {
      Ended ended = run("agent trace -o " + format + " " + trace + " " + redirection, reader);

      assertEquals(status, ended.status(), ended.err());
      assertTrue(ended.err().startsWith("Attached to 1 function; Ctrl-C ends.\n"), ended.err());
      String last = ended.err().lines().reduce((before, line) -> line).orElseThrow();
      if (status == 1) {
        assertTrue(last.startsWith("uprobe-agent: Cannot write to standard output: "), ended.err());
      } else {
        assertEquals(1, ended.err().lines().count(), ended.err());
      }
      assertEquals(0, ended.err().lines().filter(each -> each.contains("internal")).count());
    } finally {
      ticks.destroyForcibly().waitFor();
    }
  }

  /** script(1) makes a terminal for standard output; standard input is none. */
  @KernelTest
  @Test
  void eventsAreTextOnATerminalWhateverStandardInputIs() throws Exception {
    Path trace =
        Files.writeString(
            folder.resolve("trace.yaml"),
            """
            apiVersion: uprobe.dev/v1alpha1
            kind: UprobeTrace
            metadata: {name: terminal}
            spec:
              target: {host: {}}
              activeDeadlineSeconds: 1
              probes: [{name: getenv, binary: c, symbol: getenv}]
            """);
    String agent =
        "'%s/bin/java' -cp '%s' %s trace %s </dev/null"
            .formatted(
                System.getProperty("java.home"),
                System.getProperty("java.class.path"),
                Main.class.getName(),
                trace);
    Process terminal =
        new ProcessBuilder("script", "--quiet", "--return", "--command", agent, "/dev/null")
            .redirectErrorStream(true)
            .start();
    String shown = new String(terminal.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertEquals(0, terminal.waitFor(), shown);
    assertTrue(shown.contains("TIME(s)            COMM             PID    MESSAGE"), shown);
  }

  /**
   * Runs a shell script.
   *
   * @param command begins with {@code agent}
   * @param reader what reads its standard output
   */
  private Ended run(String command, String reader) throws Exception {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String agent =
        java + " -cp " + System.getProperty("java.class.path") + " " + Main.class.getName();
    Path status = folder.resolve("status");
    Path err = folder.resolve("err");
    String script =
        "agent() { exec %s \"$@\"; }\n{ ( %s ); echo $? > %s; } %s >/dev/null\n"
            .formatted(agent, command, status, reader);
    Process shell = new ProcessBuilder("sh", "-c", script).redirectError(err.toFile()).start();
    if (!shell.waitFor(60, TimeUnit.SECONDS)) {
      shell.descendants().forEach(ProcessHandle::destroyForcibly);
      shell.destroyForcibly();
      throw new AssertionError("Does not end: " + Files.readString(err));
    }
    return new Ended(Integer.parseInt(Files.readString(status).strip()), Files.readString(err));
  }
}
