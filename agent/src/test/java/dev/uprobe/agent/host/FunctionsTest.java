package dev.uprobe.agent.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.uprobe.agent.engine.program.Counters;
import dev.uprobe.agent.events.model.Event;
import dev.uprobe.agent.fixture.KernelTest;
import dev.uprobe.agent.fixture.RunningProgram;
import dev.uprobe.agent.fixture.Toolchain;
import dev.uprobe.agent.fixture.TracedHost;
import dev.uprobe.agent.sys.libbpf.BpfEnvironment;
import dev.uprobe.agent.sys.libc.KernelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@KernelTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FunctionsTest {
  private static final String CHARGE =
      RunningProgram.PROLOGUE
          + """
          TRACED static int tax(int n) { return n / 5; }
          TRACED int charge(int n) { return n + tax(n); }
          int main(void) { ready(); printf("%d\\n", charge(100)); }
          """;
  private static final String SPEC =
      """
      target: {host: {binary: %s}}
      probes:
      - {name: p, symbol: "%s", type: Call, signature: int f(int n), message: "{function}({n}) = {return}"}
      """;
  private static final int MANY = 1000;

  private final BpfEnvironment bpf;
  private Path folder;
  private Toolchain tools;

  FunctionsTest() throws KernelException {
    this.bpf = BpfEnvironment.load();
  }

  @BeforeAll
  void start(@TempDir Path temporary) {
    folder = temporary;
    tools = new Toolchain(folder);
  }

  @Test
  void functionsAreFoundWhereverAProgramIsLoaded() throws Exception {
    for (String kind : List.of("-pie", "-no-pie", "-static", "-static-pie")) {
      Path file = tools.gcc("charge" + kind, CHARGE, kind);
      assertEquals(List.of("charge(100) = 120"), messages(file, "charge"), kind);
      assertEquals(List.of("tax(100) = 20"), messages(file, "tax"), kind);
    }
  }

  @Test
  void aStrippedProgramHasItsDynamicSymbols() throws Exception {
    Path file = tools.gcc("stripped", CHARGE, "-rdynamic", "-s");
    assertEquals(List.of("charge(100) = 120"), messages(file, "charge"));
  }

  @Test
  void aStrippedProgramHasTheSymbolsOfItsDebugData() throws Exception {
    Path file = tools.gcc("packed", CHARGE);
    tools.run("objcopy", "--only-keep-debug", "packed", "packed.mini");
    tools.run("strip", "packed");
    tools.run("xz", "packed.mini");
    tools.run("objcopy", "--add-section", ".gnu_debugdata=packed.mini.xz", "packed");
    assertEquals(List.of("tax(100) = 20"), messages(file, "tax"));
  }

  @Test
  void aStrippedProgramHasTheSymbolsOfItsDebugFile() throws Exception {
    Path file = tools.gcc("separate", CHARGE);
    tools.run("objcopy", "--only-keep-debug", "separate", "separate.debug");
    tools.run("strip", "separate");
    tools.run("objcopy", "--add-gnu-debuglink=separate.debug", "separate");
    assertEquals(List.of("tax(100) = 20"), messages(file, "tax"));
  }

  @Test
  void eachVersionOfASymbolIsAFunctionOfItsOwn() throws Exception {
    Files.writeString(
        folder.resolve("versions.map"), "V_1 { global: copy; local: *; }; V_2 { } V_1;");
    tools.gcc(
        "libcopy.so",
        """
        __attribute__((noipa)) int copy_1(int n) { return n + 1; }
        __attribute__((noipa)) int copy_2(int n) { return n + 2; }
        __asm__(".symver copy_1,copy@V_1"); __asm__(".symver copy_2,copy@@V_2");
        """,
        "-shared",
        "-fPIC",
        "-Wl,--version-script=versions.map");
    Path file =
        tools.gcc(
            "versions",
            RunningProgram.PROLOGUE
                + """
                int copy(int n); int old(int n); __asm__(".symver old,copy@V_1");
                int main(void) { ready(); printf("%d\\n", copy(10) + old(20)); }
                """,
            "libcopy.so",
            "-Wl,-rpath," + folder);
    String spec =
        """
        target: {host: {binary: %s}}
        probes:
        - {name: p, binary: libcopy.so, symbol: "%s", type: Call, signature: int f(int n), message: "{n} {return}"}
        """;
    assertEquals(List.of("10 12"), shown(file, spec, "copy@V_2"));
    assertEquals(List.of("20 21"), shown(file, spec, "copy@V_1"));
    assertEquals(List.of("10 12", "20 21"), shown(file, spec, "copy"));
  }

  @Test
  void bothStaticFunctionsOfOneNameAreTraced() throws Exception {
    Files.writeString(
        folder.resolve("other.c"),
        "__attribute__((noipa)) static int twin(int n) { return n * 2; }"
            + "int through(int n) { return twin(n); }");
    Path file =
        tools.gcc(
            "twins",
            RunningProgram.PROLOGUE
                + """
                TRACED static int twin(int n) { return n * 3; }
                int through(int n);
                int main(void) { ready(); twin(1); through(2); }
                """,
            "other.c");
    assertEquals(List.of("twin(1) = 3", "twin(2) = 4"), messages(file, "twin"));
  }

  @Test
  void anEventOfAGlobNamesTheRightOneOfAThousandFunctions() throws Exception {
    Path file = tools.gcc("many", many());
    List<String> calls =
        IntStream.range(0, MANY)
            .mapToObj(each -> "charge_%d(%d) = %d".formatted(each, each, each + 1))
            .toList();
    try (RunningProgram program = RunningProgram.start(file)) {
      long start = System.nanoTime();
      try (TracedHost host = TracedHost.start(bpf, SPEC.formatted(file, "charge_*"))) {
        long attached = System.nanoTime();
        assertEquals(MANY, host.session().functions());
        assertEquals(calls, program.finish());
        long finishing = System.nanoTime();
        assertEquals(calls, host.finish());
        long finished = System.nanoTime();
        assertEquals(new Counters(MANY, MANY, 0, 0, 0, 0), host.counters("p"));
        assertEquals(MANY, host.events().all().stream().map(Event::function).distinct().count());
        assertTrue(attached - start < 5_000_000_000L, "attached in " + (attached - start) + " ns");
        assertTrue(finished - finishing < 5_000_000_000L, "in " + (finished - finishing) + " ns");
      }
    }
  }

  private static String many() {
    String functions =
        IntStream.range(0, MANY)
            .mapToObj(each -> "TRACED int charge_%d(int n) { return n + 1; }\n".formatted(each))
            .collect(Collectors.joining());
    String calls =
        IntStream.range(0, MANY)
            .mapToObj(
                each ->
                    "printf(\"charge_%1$d(%1$d) = %%d\\n\", charge_%1$d(%1$d));\n".formatted(each))
            .collect(Collectors.joining());
    return RunningProgram.PROLOGUE + functions + "int main(void) { ready();\n" + calls + "}";
  }

  private List<String> messages(Path file, String symbol) throws Exception {
    return shown(file, SPEC, symbol);
  }

  private List<String> shown(Path file, String spec, String symbol) throws Exception {
    try (RunningProgram program = RunningProgram.start(file);
        TracedHost host = TracedHost.start(bpf, spec.formatted(file, symbol))) {
      program.finish();
      return host.finish();
    }
  }
}
