package dev.uprobe.agent.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.uprobe.agent.fixture.KernelTest;
import dev.uprobe.agent.fixture.RunningProgram;
import dev.uprobe.agent.fixture.Toolchain;
import dev.uprobe.agent.fixture.TracedHost;
import dev.uprobe.agent.sys.libbpf.BpfEnvironment;
import dev.uprobe.agent.sys.libc.KernelException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Functions that jump back to their first instruction: one call stays one event. */
@KernelTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@EnabledIfSystemProperty(named = "os.arch", matches = "amd64", disabledReason = "x86 assembly")
class RepeatsTest {
  private static final String SOURCE =
      RunningProgram.PROLOGUE
          + """
          #include <setjmp.h>
          struct node { struct node *next; };
          static jmp_buf out;
          TRACED struct node *last(struct node *n) { struct node *p; do { p = n; n = n->next; } while (n); return p; }
          __asm__(".globl count\\n.type count,@function\\ncount: lea 1(%rdi), %rdi\\ntest $7, %dil\\njne count\\nmov %rdi, %rax\\nret\\n.size count, .-count\\n");
          long count(long n);
          TRACED int odd(int n);
          TRACED int even(int n) { if (n == 100) longjmp(out, 1); return n ? odd(n - 1) : 1; }
          TRACED int odd(int n) { return n ? even(n - 1) : 0; }
          int main(void) {
            struct node nodes[5] = {{nodes + 1}, {nodes + 2}, {nodes + 3}, {nodes + 4}, {0}};
            ready();
            for (int i = 0; i < 5; i++) printf("last(%d) = %d\\n", i, (int)(last(nodes + i) - nodes));
            for (long i = 1; i < 6; i++) printf("count(%ld) = %ld\\n", i, count(i));
            for (int i = 0; i < 6; i++) printf("even(%d) = %d\\n", i, even(i));
            for (volatile int i = 0; i < 3; i++) if (!setjmp(out)) even(102);
            for (int i = 0; i < 3; i++) printf("even(%d) = %d\\n", i, even(i));
          }
          """;

  private static final List<String> COUNTED =
      List.of("count(1) = 8", "count(2) = 8", "count(3) = 8", "count(4) = 8", "count(5) = 8");

  private static final List<String> EVEN =
      List.of(
          "even(0) = 1",
          "even(1) = 0",
          "even(2) = 1",
          "even(3) = 0",
          "even(4) = 1",
          "even(5) = 0",
          "even(0) = 1",
          "even(1) = 0",
          "even(2) = 1");

  private final BpfEnvironment bpf;
  private Path file;

  RepeatsTest() throws KernelException {
    this.bpf = BpfEnvironment.load();
  }

  @BeforeAll
  void compile(@TempDir Path folder) throws Exception {
    Toolchain tools = new Toolchain(folder);
    file = tools.gcc("loops", SOURCE, "-O2");
    String code = tools.run("objdump", "-d", "--no-show-raw-insn", file.toString());
    for (String each : List.of("last", "count", "even")) {
      assertTrue(code.contains("<" + each + ">\n"), each + " has a jump to its beginning");
    }
  }

  @Test
  void aLoopThatBeginsWithTheFunctionIsOneCallWithTheFirstArgument() throws Exception {
    List<String> truth = truth();
    assertEquals(
        COUNTED,
        run(
            "symbol: count, type: Call, signature: long count(long n), message: 'count({n}) = {return}'",
            truth));
    assertEquals(
        List.of("1", "2", "3", "4", "5"),
        run("symbol: count, args: [{name: n, type: i64}], message: '{n}'", truth));
    assertEquals(
        List.of("8", "8", "8", "8", "8"),
        run("symbol: count, type: Return, returns: {type: i64}, message: '{return}'", truth));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Entry", "Return", "Call"})
  void aListIsWalkedInOneCall(String type) throws Exception {
    assertEquals(5, run("symbol: last, type: " + type + ", message: hit", truth()).size());
  }

  @Test
  void functionsThatEndInEachOtherAreOneCallEach() throws Exception {
    List<String> truth = truth();
    List<String> calls =
        run(
            "symbols: [even, odd], type: Call, signature: int f(int n), message: '{function}({n}) = {return}'",
            truth);
    assertEquals(EVEN, calls.stream().filter(each -> each.startsWith("even")).toList());
    assertEquals(
        List.of("0", "1", "2", "3", "4", "5", "102", "102", "102", "0", "1", "2"),
        run("symbol: even, args: [{name: n, type: i32}], message: '{n}'", truth));
    assertEquals(
        List.of("1", "0", "1", "0", "1", "0", "1", "0", "1"),
        run("symbol: even, type: Return, returns: {type: i32}, message: '{return}'", truth));
  }

  private List<String> truth() throws Exception {
    try (RunningProgram program = RunningProgram.start(file)) {
      return program.finish();
    }
  }

  private List<String> run(String probe, List<String> truth) throws Exception {
    String spec = "target: {host: {binary: %s}}\nprobes:\n- {name: p, %s}\n".formatted(file, probe);
    try (RunningProgram program = RunningProgram.start(file);
        TracedHost host = TracedHost.start(bpf, spec)) {
      assertEquals(truth, program.finish());
      return host.finish();
    }
  }
}
