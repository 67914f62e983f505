package dev.uprobe.agent.engine.link;

import static dev.uprobe.agent.engine.program.TestProbes.drained;
import static dev.uprobe.agent.engine.program.TestProbes.plan;
import static dev.uprobe.agent.engine.program.TestProbes.selection;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.uprobe.agent.binary.elf.ElfFile;
import dev.uprobe.agent.binary.functions.FunctionTable;
import dev.uprobe.agent.engine.locate.Exit;
import dev.uprobe.agent.engine.locate.ProbeSite;
import dev.uprobe.agent.engine.locate.ReturnMode;
import dev.uprobe.agent.engine.program.Counters;
import dev.uprobe.agent.events.decode.AggregationEntry;
import dev.uprobe.agent.fixture.KernelTest;
import dev.uprobe.agent.fixture.RunningProgram;
import dev.uprobe.agent.fixture.Toolchain;
import dev.uprobe.agent.sys.libbpf.BpfEnvironment;
import dev.uprobe.agent.sys.libbpf.KernelFeatures;
import dev.uprobe.agent.sys.libc.KernelException;
import dev.uprobe.language.plan.ProbePlan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Probes as kernels before 6.6 have them: a perf event and a link for each function. */
@KernelTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PerfEventLinksTest {
  private static final int BUFFER_SIZE = 1 << 20;
  private static final int MANY = 20;
  private static final String FUNC =
      "TRACED int func(int n) { return n < 2 ? n : n + func(n - 2); }";
  private static final String SAMPLE =
      RunningProgram.PROLOGUE
          + FUNC
          + """

          int main(void) { ready(); printf("%d\\n", func(5)); ready(); printf("%d\\n", func(4)); }
          """;

  private final BpfEnvironment bpf;
  private Toolchain tools;

  PerfEventLinksTest() throws KernelException {
    this.bpf = BpfEnvironment.load();
  }

  @BeforeAll
  void start(@TempDir Path folder) {
    tools = new Toolchain(folder);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void entriesReturnsAndCallsAreSeenAsOnAnyKernel(boolean cookies) throws Exception {
    Path file = tools.gcc("sample", SAMPLE);
    assertEquals(
        List.of("5", "3", "1"),
        messages(
            cookies,
            file,
            "symbol: func, type: Entry, message: '{n}', args: [{name: n, type: i32}]"));
    assertEquals(
        List.of("1", "4", "9"),
        messages(cookies, file, "symbol: func, type: Return, message: '{return}'"));
    assertEquals(
        List.of("1 1", "3 4", "5 9"),
        messages(
            cookies,
            file,
            "symbol: func, type: Call, message: '{n} {return}', signature: int func(int n)"));
    assertEquals(
        List.of("3 4"),
        messages(
            cookies,
            file,
            "symbol: func, type: Call, message: '{n} {return}', signature: int func(int n), where: ['n == 3']"));
  }

  /** Without cookies each function has a copy of the program, and the maps are one. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anEventOfAGlobNamesTheRightFunction(boolean cookies) throws Exception {
    Path file = tools.gcc("many", many());
    ProbePlan plan =
        plan(
            "symbol: charge_*, type: Call, message: '{function}({n}) = {return}', signature: int f(int n)");
    try (ProbeSet probes =
            new ProbeSet(bpf, new KernelFeatures(false, cookies, false, false), BUFFER_SIZE);
        RunningProgram program = RunningProgram.start(file)) {
      AttachedProbe probe = probes.add("test", plan, selection(program));
      assertEquals(List.of(), probe.attach(file.toString(), sites(file, plan.place().text())));
      assertEquals(MANY, probe.functions());
      assertEquals(MANY, probes.slowLinks());
      List<String> calls = program.finish();
      probes.detach();
      assertEquals(MANY, calls.size());
      assertEquals(calls, drained(probes));
      assertEquals(new Counters(MANY, MANY, 0, 0, 0, 0), probe.counters());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aCountForEachFunctionOfAGlobIsRight(boolean cookies) throws Exception {
    Path file = tools.gcc("counted", many());
    ProbePlan plan =
        plan("symbol: charge_*, aggregate: {count: true, by: [function]}, signature: int f(int n)");
    try (ProbeSet probes =
            new ProbeSet(bpf, new KernelFeatures(false, cookies, false, false), BUFFER_SIZE);
        RunningProgram program = RunningProgram.start(file)) {
      AttachedProbe probe = probes.add("test", plan, selection(program));
      assertEquals(List.of(), probe.attach(file.toString(), sites(file, plan.place().text())));
      program.finish();
      probes.detach();
      List<AggregationEntry> groups = probe.groups().orElseThrow().read();
      assertEquals(MANY, groups.size());
      assertTrue(groups.stream().allMatch(each -> each.kept().count() == 1));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  @EnabledIfSystemProperty(named = "os.arch", matches = "amd64", disabledReason = "x86 assembly")
  void callsThatReturnAtAnInstructionAreSeenAsOnAnyKernel(boolean cookies) throws Exception {
    Path file =
        tools.gcc(
            "returning",
            SAMPLE
                    .replace(FUNC, "int func(int n);")
                    .replace("ready(); printf(\"%d\\n\", func(4));", "")
                + "__asm__(\".globl func\\n.type func,@function\\nfunc: lea 1(%rdi), %eax\\n"
                + ".size func, .-func\\n.globl leave\\n.type leave,@function\\nleave: ret\\n"
                + ".size leave, .-leave\\n\");");
    ProbePlan plan =
        plan("symbol: func, type: Call, message: '{n} {return}', signature: int func(int n)");
    List<Exit> leave =
        sites(file, "leave").stream().map(each -> new Exit(each.offset(), false)).toList();
    ProbeSite func =
        new ProbeSite(
            "func", sites(file, "func").get(0).offset(), new ReturnMode.Instructions(leave), false);
    try (ProbeSet probes =
            new ProbeSet(bpf, new KernelFeatures(false, cookies, false, false), BUFFER_SIZE);
        RunningProgram program = RunningProgram.start(file)) {
      AttachedProbe probe = probes.add("test", plan, selection(program));
      assertEquals(List.of(), probe.attach(file.toString(), List.of(func)));
      assertEquals(List.of("6"), program.finish());
      probes.detach();
      assertEquals(List.of("5 6"), drained(probes));
    }
  }

  @Test
  @EnabledIfSystemProperty(named = "os.arch", matches = "amd64", disabledReason = "x86 assembly")
  void functionsThatTheKernelRefusesAreLeftOut() throws Exception {
    Path file =
        tools.gcc(
            "halting",
            SAMPLE
                + "__asm__(\".globl func_halt\\n.type func_halt,@function\\nfunc_halt: hlt\\nret\\n"
                + ".size func_halt, .-func_halt\\n\");");
    try (ProbeSet probes =
            new ProbeSet(bpf, new KernelFeatures(false, true, false, false), BUFFER_SIZE);
        RunningProgram program = RunningProgram.start(file)) {
      AttachedProbe probe =
          probes.add("test", plan("symbol: func*, type: Call"), selection(program));
      List<AttachedProbe.Refusal> refusals = probe.attach(file.toString(), sites(file, "func*"));
      assertEquals(
          List.of("func_halt"), refusals.stream().map(each -> each.site().name()).toList());
      assertEquals(1, probe.functions());
    }
  }

  /** The messages of the first of two calls; the second comes after the probe has gone. */
  private List<String> messages(boolean cookies, Path file, String probe) throws Exception {
    ProbePlan plan = plan(probe);
    try (ProbeSet probes =
            new ProbeSet(bpf, new KernelFeatures(false, cookies, false, false), BUFFER_SIZE);
        RunningProgram program = RunningProgram.start(file)) {
      AttachedProbe attached = probes.add("test", plan, selection(program));
      assertEquals(List.of(), attached.attach(file.toString(), sites(file, plan.place().text())));
      program.proceed();
      assertEquals("9", program.line());
      assertEquals("", program.line());
      probes.detach();
      assertEquals(List.of("6"), program.finish());
      List<String> messages = drained(probes);
      Counters counters = attached.counters();
      assertEquals(new Counters(3, messages.size(), 3 - messages.size(), 0, 0, 0), counters);
      return messages;
    }
  }

  private static List<ProbeSite> sites(Path file, String symbol) throws IOException {
    try (ElfFile elf = ElfFile.open(file);
        FunctionTable functions = FunctionTable.of(elf)) {
      return functions.find(symbol).stream()
          .map(each -> new ProbeSite(each.name(), each.fileOffset()))
          .toList();
    }
  }

  private static String many() {
    String functions =
        IntStream.range(0, MANY)
            .mapToObj("TRACED int charge_%d(int n) { return n + 1; }\n"::formatted)
            .collect(Collectors.joining());
    String calls =
        IntStream.range(0, MANY)
            .mapToObj("printf(\"charge_%1$d(%1$d) = %%d\\n\", charge_%1$d(%1$d));\n"::formatted)
            .collect(Collectors.joining());
    return RunningProgram.PROLOGUE + functions + "int main(void) { ready();\n" + calls + "}";
  }
}
