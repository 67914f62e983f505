package dev.uprobe.agent.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.uprobe.agent.fixture.KernelTest;
import dev.uprobe.agent.fixture.RunningProgram;
import dev.uprobe.agent.fixture.Toolchain;
import dev.uprobe.agent.fixture.TracedHost;
import dev.uprobe.agent.sys.libbpf.BpfEnvironment;
import dev.uprobe.agent.sys.libc.KernelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@KernelTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EndTest {
  private static final int FUNCTIONS = 16;

  /** Calls all its functions, each time it gets a byte. */
  private static final String ROUNDS =
      RunningProgram.PROLOGUE
          + IntStream.range(0, FUNCTIONS)
              .mapToObj("TRACED int f%1$d(int n) { return n + %1$d; }\n"::formatted)
              .collect(Collectors.joining())
          + "int main(void) { for (int round = 0; round < 2; round++) { ready(); int sum = 0;\n"
          + IntStream.range(0, FUNCTIONS)
              .mapToObj("sum += f%d(round);\n"::formatted)
              .collect(Collectors.joining())
          + "printf(\"%d\\n\", sum); } ready(); }";

  private static final String STEPS =
      RunningProgram.PROLOGUE
          + """
          TRACED int step(int n) { return n + 1; }
          int main(void) { for (int n = 0; n < 2; n++) { ready(); printf("%d\\n", step(n)); } ready(); }
          """;

  private static final String WAITS =
      RunningProgram.PROLOGUE
          + """
          TRACED int waits(int n) { ready(); return n + 1; }
          int main(void) { ready(); printf("%d\\n", waits(41)); printf("%d\\n", waits(42)); }
          """;

  private final BpfEnvironment bpf;
  private Path folder;
  private Toolchain tools;

  EndTest() throws KernelException {
    this.bpf = BpfEnvironment.load();
  }

  @BeforeAll
  void start(@TempDir Path temporary) {
    folder = temporary;
    tools = new Toolchain(folder);
  }

  @Test
  void sixtyFourProbesOnFourFilesLeaveSoonAndNoEventIsLost() throws Exception {
    Path first = tools.gcc("rounds", ROUNDS);
    List<Path> files = new ArrayList<>(List.of(first));
    for (int i = 1; i < 4; i++) {
      files.add(Files.copy(first, folder.resolve("rounds" + i)));
    }
    StringBuilder spec = new StringBuilder("target: {host: {}}\nprobes:\n");
    List<String> expected = new ArrayList<>();
    for (int file = 0; file < 4; file++) {
      for (int f = 0; f < FUNCTIONS; f++) {
        spec.append(
            "- {name: p%1$d-%2$d, binary: %3$s, symbol: f%2$d, type: Call, message: \"%1$d f%2$d {return}\"}\n"
                .formatted(file, f, files.get(file)));
        expected.add("%d f%d %d".formatted(file, f, f));
      }
    }
    List<RunningProgram> programs = new ArrayList<>();
    try (TracedHost host = TracedHost.start(bpf, spec.toString())) {
      assertEquals(64, host.session().functions());
      for (Path each : files) {
        RunningProgram program = RunningProgram.start(each);
        programs.add(program);
        program.proceed();
        assertEquals("120", program.line());
      }
      long start = System.nanoTime();
      List<String> messages = host.finish();
      long nanos = System.nanoTime() - start;
      assertTrue(nanos < 5_000_000_000L, "took " + nanos + " ns");
      assertEquals(expected, messages);
      for (RunningProgram each : programs) {
        assertEquals("", each.line());
        each.proceed();
        assertEquals("136", each.line());
        assertEquals("", each.line());
        each.finish();
      }
      assertEquals(expected.size(), host.events().all().size());
    } finally {
      programs.forEach(RunningProgram::close);
    }
  }

  @Test
  void aFunctionThatIsRunningWhenTheTraceEndsReturnsAsEver() throws Exception {
    Path file = tools.gcc("waits", WAITS);
    try (RunningProgram program = RunningProgram.start(file)) {
      try (TracedHost host =
          TracedHost.start(
              bpf,
              """
              target: {host: {binary: %s}}
              probes:
              - {name: call, symbol: waits, type: Call}
              - {name: return, symbol: waits, type: Return}
              """
                  .formatted(file))) {
        program.proceed();
        assertEquals("", program.line());
        assertEquals(List.of(), host.finish());
      }
      program.proceed();
      assertEquals("42", program.line());
      assertEquals("", program.line());
      assertEquals(List.of("43"), program.finish());
    }
  }

  @Test
  @Timeout(20)
  void aTraceEndsWithItsProcess() throws Exception {
    Path file = tools.gcc("steps", STEPS);
    try (RunningProgram program = RunningProgram.start(file);
        TracedHost host =
            TracedHost.start(
                bpf,
                """
                target: {host: {pid: %d}}
                probes:
                - {name: step, symbol: step, type: Call, message: "{return}"}
                """
                    .formatted(program.pid()))) {
      program.proceed();
      assertEquals("1", program.line());
      program.proceed();
      assertEquals("", program.line());
      assertEquals("2", program.line());
      ProcessHandle.of(program.pid()).orElseThrow().destroyForcibly();
      host.session().await();
      assertEquals(
          List.of("Process " + program.pid() + " (steps) has ended."), List.copyOf(host.notices()));
      assertEquals(List.of("1", "2"), host.finish());
    }
  }

  @Test
  @Timeout(20)
  void aTraceEndsAtItsDeadline() throws Exception {
    Path file = tools.gcc("steps", STEPS);
    try (RunningProgram program = RunningProgram.start(file);
        TracedHost host =
            TracedHost.start(
                bpf,
                """
                activeDeadlineSeconds: 1
                target: {host: {binary: %s}}
                probes:
                - {name: step, symbol: step, type: Call, message: "{return}"}
                """
                    .formatted(file))) {
      program.proceed();
      assertEquals("1", program.line());
      host.session().await();
      assertEquals(
          List.of("Trace test has reached its activeDeadlineSeconds."),
          List.copyOf(host.notices()));
      assertEquals("", program.line());
      program.proceed();
      assertEquals("2", program.line());
      assertEquals(List.of("1"), host.finish());
    }
  }
}
