package dev.uprobe.agent.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.uprobe.agent.events.model.Event;
import dev.uprobe.agent.events.text.MessageRenderer;
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
import org.junit.jupiter.api.io.TempDir;

/**
 * Functions that are left in all the ways that C allows. What a program computes is the same with
 * and without probes.
 */
@KernelTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LeavingTest {
  private static final String COROUTINES =
      RunningProgram.PROLOGUE
          + """
          #include <ucontext.h>
          static ucontext_t back, coroutines[3];
          static int current, result[3];
          static void yield(void) { swapcontext(&coroutines[current], &back); }
          TRACED int work(int id, int n) { for (int i = 0; i < n; i++) yield(); return id * 100 + n; }
          static void body(int id) { result[id] = work(id, 2 + id); for (;;) yield(); }
          int main(void) {
            ready();
            for (int i = 0; i < 3; i++) {
              getcontext(&coroutines[i]);
              coroutines[i].uc_stack.ss_sp = malloc(65536);
              coroutines[i].uc_stack.ss_size = 65536;
              coroutines[i].uc_link = &back;
              makecontext(&coroutines[i], (void (*)(void))body, 1, i);
            }
            for (int round = 0; round < 8; round++)
              for (current = 0; current < 3; current++) swapcontext(&back, &coroutines[current]);
            for (int i = 0; i < 3; i++) printf("work(%d) = %d\\n", i, result[i]);
          }
          """;

  private static final String SORTING =
      """
      #include <cstdio>
      #include <cstdlib>
      #include <unistd.h>
      static int left;
      static int compare(const void *a, const void *b) { if (!--left) throw 7; return *(int *)a - *(int *)b; }
      int main() {
        char byte;
        puts(""); fflush(stdout);
        if (read(0, &byte, 1) < 1) return 1;
        for (int round = 1; round <= 4; round++) {
          int numbers[] = {4, 2, 3, 1};
          left = round % 2 ? 2 : 100;
          try { qsort(numbers, 4, sizeof *numbers, compare); printf("sorted %d\\n", numbers[0]); }
          catch (int number) { printf("caught %d\\n", number); }
        }
      }
      """;

  private static final String SIGNALS =
      RunningProgram.PROLOGUE
          + """
          #include <signal.h>
          static volatile int seen;
          TRACED int inner(int n) { return n + getpagesize() - getpagesize(); }
          TRACED int outer(int n) { raise(SIGUSR1); return n * 2 + inner(n) - inner(n); }
          static void handle(int number) { (void)number; seen += inner(1000); }
          int main(void) {
            stack_t stack = {.ss_sp = malloc(1 << 16), .ss_size = 1 << 16};
            struct sigaction action = {.sa_handler = handle, .sa_flags = SA_ONSTACK};
            sigaltstack(&stack, NULL);
            sigaction(SIGUSR1, &action, NULL);
            ready();
            for (int n = 1; n <= 3; n++) printf("outer(%d) = %d\\n", n, outer(n));
            printf("seen %d\\n", seen);
          }
          """;

  private static final String TAILS =
      RunningProgram.PROLOGUE
          + """
          #include <setjmp.h>
          static jmp_buf out;
          TRACED int h(int n) { if (n == 13) longjmp(out, 1); return n * 2 + getpagesize() - getpagesize(); }
          TRACED int g(int n) { if (n < 0) return -1; return h(n + 1); }
          TRACED int f(int n) { if (n % 2) return g(n + 1); return h(n + 100); }
          TRACED int direct(int n) { return h(n); }
          TRACED long length(const char *text) { return write(1, text, 0); }
          struct shape { int (*area)(int); };
          TRACED int area(struct shape *shape, int n) { return shape->area(n); }
          TRACED int choose(int (**table)(int), int n) { return table[n & 1](n); }
          TRACED int leaf(int n) { return n + 1; }
          TRACED int two_leaves(int n) { return leaf(n) + leaf(n + 1); }
          int main(void) {
            int (*table[])(int) = {h, g};
            struct shape shape = {h};
            ready();
            for (int n = 1; n <= 4; n++) printf("f(%d) = %d\\n", n, f(n));
            // Leaves f for good: what returns at this place next is no call of f.
            if (!setjmp(out)) f(11);
            for (int n = 1; n <= 3; n++) printf("direct(%d) = %d\\n", n, direct(n));
            printf("%ld %d %d %d\\n", length("x"), area(&shape, 5), choose(table, 2), choose(table, 3));
            printf("%d\\n", two_leaves(1));
            printf("%d\\n", leaf(1));
          }
          """;

  private final BpfEnvironment bpf;
  private Toolchain tools;

  LeavingTest() throws KernelException {
    this.bpf = BpfEnvironment.load();
  }

  @BeforeAll
  void start(@TempDir Path folder) {
    tools = new Toolchain(folder);
  }

  @Test
  void coroutinesReturnOnTheirOwnStacks() throws Exception {
    Path file = tools.gcc("coroutines", COROUTINES, "-O1");
    List<String> truth = List.of("work(0) = 2", "work(1) = 103", "work(2) = 204");
    assertEquals(
        truth,
        calls(
            file,
            "symbol: work, signature: 'int work(int id, int n)', message: 'work({id}) = {return}'",
            truth));
  }

  @Test
  void anExceptionPassesAFunctionOfTheCLibrary() throws Exception {
    Path file = tools.compile("g++", "sorting", "cc", SORTING, "-O1");
    List<String> truth = List.of("caught 7", "sorted 1", "caught 7", "sorted 1");
    assertEquals(
        List.of("qsort(4)", "qsort(4)"),
        calls(
            file,
            "binary: c, symbol: qsort, args: [{name: n, index: 2, type: u64}],"
                + " message: 'qsort({n})'",
            truth));
  }

  @Test
  void aHandlerOnAnotherStackCallsProbedFunctions() throws Exception {
    Path file = tools.gcc("signals", SIGNALS, "-O1");
    List<String> truth = List.of("outer(1) = 2", "outer(2) = 4", "outer(3) = 6", "seen 3000");
    List<String> seen =
        calls(
            file,
            "symbols: [outer, inner], signature: 'int f(int n)',"
                + " message: '{function}({n}) = {return}'",
            truth);
    assertEquals(
        List.of(
            "inner(1000) = 1000",
            "inner(1) = 1",
            "inner(1) = 1",
            "outer(1) = 2",
            "inner(1000) = 1000",
            "inner(2) = 2",
            "inner(2) = 2",
            "outer(2) = 4",
            "inner(1000) = 1000",
            "inner(3) = 3",
            "inner(3) = 3",
            "outer(3) = 6"),
        seen);
  }

  @Test
  void tailCallsReturnWhereTheyEnd() throws Exception {
    Path file = tools.gcc("tails", TAILS, "-O2");
    // h(102) * 2 and so on
    List<String> f = List.of("f(1) = 6", "f(2) = 204", "f(3) = 10", "f(4) = 208");
    for (String symbols : List.of("[f]", "[f, g, h]")) {
      assertEquals(
          f,
          calls(
                  file,
                  "symbols: "
                      + symbols
                      + ", signature: 'int f(int n)', message: '{function}({n}) = {return}'",
                  truth(file))
              .stream()
              .filter(each -> each.startsWith("f"))
              .toList());
    }
    assertEquals(
        List.of("6", "204", "10", "208"),
        run(
            file,
            "symbol: f, type: Return, returns: {type: i32}, message: '{return}'",
            truth(file)));
    assertEquals(
        List.of("direct(1) = 2", "direct(2) = 4", "direct(3) = 6"),
        calls(
            file,
            "symbol: direct, signature: 'int direct(int n)', message: 'direct({n}) = {return}'",
            truth(file)));
  }

  @Test
  void aJumpOutOfTheFileGivesADurationAndSaysWhereItLeads() throws Exception {
    Path file = tools.gcc("tails", TAILS, "-O2");
    List<Event> events =
        events(
            file,
            "symbol: length, type: Call, signature: 'long length(const char *text)', message: 'length({text}) = {return}'",
            truth(file));
    assertEquals(
        List.of("length(x) = (not seen)"), events.stream().map(MessageRenderer::render).toList());
    assertEquals(
        "left by a jump to write, a tail call whose return is not seen",
        events.get(0).values().get(1).missing().orElseThrow());
    assertTrue(events.get(0).durationNanos() > 0);
    assertEquals(
        List.of("choose (not seen)", "choose (not seen)", "area (not seen)"),
        run(
            file,
            "symbols: [area, choose], type: Return, returns: {type: i32},"
                + " message: '{function} {return}'",
            truth(file)));
  }

  @Test
  void functionsThatHandControlToNobodyElseReturnAsWell() throws Exception {
    Path file = tools.gcc("tails", TAILS, "-O2");
    assertEquals(
        List.of("leaf(1) = 2", "leaf(2) = 3", "two_leaves(1) = 5", "leaf(1) = 2"),
        calls(
            file,
            "symbols: [leaf, two_leaves], signature: 'int f(int n)',"
                + " message: '{function}({n}) = {return}'",
            truth(file)));
  }

  @Test
  void aTrampolineIsForThoseWhoAskAndAreTold() throws Exception {
    Path file = tools.gcc("tails", TAILS, "-O2");
    String spec =
        """
        target: {host: {binary: %s}}
        probes:
        - {name: p, symbol: length, type: Call, returns: {type: i64}, returnProbe: Trampoline, message: "{return}"}
        """
            .formatted(file);
    try (RunningProgram program = RunningProgram.start(file);
        TracedHost host = TracedHost.start(bpf, spec)) {
      program.finish();
      assertEquals(List.of("0"), host.finish());
      String notices = String.join("\n", host.notices());
      assertTrue(notices.contains("returnProbe: Trampoline crashes a program"), notices);
    }
    assertEquals(
        List.of("leaf(1) = 2", "leaf(2) = 3", "leaf(1) = 2"),
        calls(
            file,
            "symbol: leaf, returnProbe: Instructions, signature: 'int leaf(int n)',"
                + " message: '{function}({n}) = {return}'",
            truth(file)));
  }

  private static List<String> truth(Path file) throws Exception {
    try (RunningProgram program = RunningProgram.start(file)) {
      return program.finish();
    }
  }

  private List<String> calls(Path file, String probe, List<String> truth) throws Exception {
    return run(file, "type: Call, " + probe, truth);
  }

  private List<String> run(Path file, String probe, List<String> truth) throws Exception {
    return events(file, probe, truth).stream().map(MessageRenderer::render).toList();
  }

  private List<Event> events(Path file, String probe, List<String> truth) throws Exception {
    String spec = "target: {host: {binary: %s}}\nprobes:\n- {name: p, %s}\n".formatted(file, probe);
    try (RunningProgram program = RunningProgram.start(file);
        TracedHost host = TracedHost.start(bpf, spec)) {
      assertEquals(truth, program.finish());
      host.finish();
      return host.events().all();
    }
  }
}
