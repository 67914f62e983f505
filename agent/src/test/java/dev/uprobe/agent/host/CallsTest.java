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
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@KernelTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CallsTest {
  private static final String SAMPLE =
      RunningProgram.PROLOGUE
          + """
          TRACED unsigned func(unsigned counter) { return counter; }
          int main(void) {
            ready();
            for (unsigned counter = 1; counter <= 3; counter++) printf("%u\\n", func(counter));
          }
          """;

  private static final String RECURSION =
      RunningProgram.PROLOGUE
          + """
          TRACED unsigned long fib(unsigned n) {
            unsigned long result = n < 2 ? n : fib(n - 1) + fib(n - 2);
            printf("fib(%u) = %lu\\n", n, result);
            return result;
          }
          int main(void) { ready(); fib(10); }
          """;

  private static final String THREADS =
      RunningProgram.PROLOGUE
          + """
          #define CALLS 2500
          TRACED uint64_t mix(uint64_t in) { return in * 0x9e3779b97f4a7c15u; }
          static uint64_t results[8][CALLS];
          static void *work(void *number) {
            uint64_t thread = (uintptr_t)number;
            for (uint64_t i = 0; i < CALLS; i++) results[thread][i] = mix(thread << 32 | i);
            return NULL;
          }
          int main(void) {
            pthread_t threads[8];
            ready();
            for (uintptr_t i = 0; i < 8; i++) pthread_create(&threads[i], NULL, work, (void *)i);
            for (int i = 0; i < 8; i++) pthread_join(threads[i], NULL);
            for (uint64_t t = 0; t < 8; t++)
              for (uint64_t i = 0; i < CALLS; i++) printf("mix(%lu) = %lu\\n", t << 32 | i, results[t][i]);
          }
          """;

  private final BpfEnvironment bpf;
  private Toolchain tools;

  CallsTest() throws KernelException {
    this.bpf = BpfEnvironment.load();
  }

  @BeforeAll
  void start(@TempDir Path folder) {
    tools = new Toolchain(folder);
  }

  @Test
  void anEntryShowsTheArgumentAndAReturnTheReturnValue() throws Exception {
    Path file = tools.gcc("sample", SAMPLE);
    String spec =
        """
        target: {host: {comm: sample}}
        probes:
        - {name: entry, symbol: func, signature: unsigned func(unsigned counter), message: "arg = {counter}"}
        - {name: return, symbol: func, type: Return, signature: unsigned func(unsigned counter), message: "return value = {return}"}
        """;
    try (RunningProgram program = RunningProgram.start(file);
        TracedHost host = TracedHost.start(bpf, spec)) {
      assertEquals(List.of("1", "2", "3"), program.finish());
      assertEquals(
          List.of(
              "arg = 1",
              "return value = 1",
              "arg = 2",
              "return value = 2",
              "arg = 3",
              "return value = 3"),
          host.finish());
      assertEquals(new Counters(3, 3, 0, 0, 0, 0), host.counters("entry"));
      assertEquals(new Counters(3, 3, 0, 0, 0, 0), host.counters("return"));
      for (Event each : host.events().all()) {
        assertEquals("sample", each.comm());
        assertEquals(program.pid(), each.pid());
        assertEquals(program.pid(), each.tid());
        assertEquals("func", each.function());
      }
    }
  }

  /** With -O2 the last call of a function is a jump, so both return at one place of the stack. */
  @Test
  void aFunctionThatEndsInATailCallReturnsWithTheOneThatItCalls() throws Exception {
    Path file =
        tools.gcc(
            "tail",
            RunningProgram.PROLOGUE
                + "TRACED long inner(long a) { return a * 2; }"
                + "TRACED long outer(long a) { return inner(a + 1); }"
                + "int main(void) { ready(); for (long a = 0; a < 2; a++) outer(a); }",
            "-O2");
    String spec =
        """
        target: {host: {binary: %s}}
        probes:
        - {name: both, symbols: [outer, inner], type: Call, signature: long f(long a), message: "{function}({a}) = {return}"}
        """
            .formatted(file);
    try (RunningProgram program = RunningProgram.start(file);
        TracedHost host = TracedHost.start(bpf, spec)) {
      program.finish();
      assertEquals(
          List.of("inner(1) = 2", "outer(0) = 2", "inner(2) = 4", "outer(1) = 4"), host.finish());
      assertEquals(new Counters(4, 4, 0, 0, 0, 0), host.counters("both"));
    }
  }

  @Test
  void aCallShowsArgumentsReturnValueAndDuration() throws Exception {
    Path file =
        tools.gcc(
            "slow",
            RunningProgram.PROLOGUE
                + "TRACED int slow(int micros, const char *why) { usleep(micros); return -micros; }"
                + "int main(void) { ready(); slow(3000, \"a\"); slow(20000, \"b\"); }");
    String spec =
        """
        target: {host: {binary: %s}}
        probes:
        - {name: slow, symbol: slow, type: Call, signature: "int slow(int micros, const char *why)", message: "{why}: {micros} {return}"}
        """
            .formatted(file);
    try (RunningProgram program = RunningProgram.start(file);
        TracedHost host = TracedHost.start(bpf, spec)) {
      long before = System.nanoTime();
      program.finish();
      long took = System.nanoTime() - before;
      assertEquals(List.of("a: 3000 -3000", "b: 20000 -20000"), host.finish());
      List<Event> events = host.events().all();
      assertTrue(events.get(0).durationNanos() >= 3_000_000, events::toString);
      assertTrue(events.get(1).durationNanos() >= 20_000_000, events::toString);
      assertTrue(events.get(0).durationNanos() + events.get(1).durationNanos() < took);
      assertTrue(events.get(0).timeNanos() > before && events.get(1).timeNanos() < before + took);
      assertEquals(new Counters(2, 2, 0, 0, 0, 0), host.counters("slow"));
    }
  }

  @Test
  void everyCallOfARecursionFindsItsOwnReturn() throws Exception {
    Path file = tools.gcc("recursion", RECURSION);
    String spec =
        """
        target: {host: {binary: %s}}
        probes:
        - {name: fib, symbol: fib, type: Call, signature: unsigned long fib(unsigned n), message: "fib({n}) = {return}"}
        """
            .formatted(file);
    try (RunningProgram program = RunningProgram.start(file);
        TracedHost host = TracedHost.start(bpf, spec)) {
      List<String> calls = program.finish();
      assertEquals(177, calls.size());
      assertEquals(calls, host.finish());
    }
  }

  @Test
  void noCallOfEightThreadsIsLostOrToldTwice() throws Exception {
    Path file = tools.gcc("threads", THREADS, "-pthread");
    String spec =
        """
        target: {host: {binary: %s}}
        probes:
        - {name: entry, symbol: mix, limit: {eventsPerSecond: 0}, signature: uint64_t mix(uint64_t in), message: "mix({in})"}
        - {name: call, symbol: mix, limit: {eventsPerSecond: 0}, type: Call, signature: uint64_t mix(uint64_t in), message: "mix({in}) = {return}"}
        """
            .formatted(file);
    try (RunningProgram program = RunningProgram.start(file);
        TracedHost host = TracedHost.start(bpf, spec)) {
      List<String> calls = program.finish();
      List<String> messages = host.finish();
      assertEquals(20_000, calls.size());
      assertEquals(new Counters(20_000, 20_000, 0, 0, 0, 0), host.counters("entry"));
      assertEquals(new Counters(20_000, 20_000, 0, 0, 0, 0), host.counters("call"));
      assertEquals(
          sorted(calls), sorted(messages.stream().filter(each -> each.contains("=")).toList()));
      assertEquals(
          sorted(calls.stream().map(each -> each.replaceFirst(" =.*", "")).toList()),
          sorted(messages.stream().filter(each -> !each.contains("=")).toList()));
    }
  }

  @Test
  void callsThatJumpAwayAreCountedAndWronglyPairedWithNone() throws Exception {
    Path file =
        tools.gcc(
            "jumps",
            RunningProgram.PROLOGUE
                + """
                #include <setjmp.h>
                static jmp_buf back;
                TRACED int leave(int n) { if (n % 3 == 0) longjmp(back, 1); return -n; }
                TRACED int deeper(int n, int depth) { return depth ? deeper(n, depth - 1) + 0 * depth : leave(n); }
                TRACED int tail(int n);
                TRACED int last(int n) { return n + 1; }
                TRACED int tail(int n) { return last(n * 2); }
                int main(void) {
                  ready();
                  for (int n = 1; n <= 300; n++) if (!setjmp(back)) deeper(n, n % 7);
                  for (int n = 0; n < 10; n++) tail(n);
                }
                """,
            "-O2");
    String spec =
        """
        target: {host: {binary: %s}}
        probes:
        - {name: leave, symbol: leave, type: Call, signature: int leave(int n), message: "leave {n} {return}"}
        - {name: deeper, symbol: deeper, type: Call, signature: "int deeper(int n, int depth)", message: "deeper {n} {return}"}
        - {name: tail, symbol: tail, type: Call, signature: int tail(int n), message: "tail {n} {return}"}
        - {name: last, symbol: last, type: Call, signature: int last(int n), message: "last {n} {return}"}
        """
            .formatted(file);
    try (RunningProgram program = RunningProgram.start(file);
        TracedHost host = TracedHost.start(bpf, spec)) {
      program.finish();
      for (String each : host.finish()) {
        String[] words = each.split(" ");
        int n = Integer.parseInt(words[1]);
        int expected =
            switch (words[0]) {
              case "tail" -> n * 2 + 1;
              case "last" -> n + 1;
              default -> -n;
            };
        assertEquals(expected, Integer.parseInt(words[2]), each);
      }
      assertEquals(new Counters(300, 200, 0, 0, 0, 100), host.counters("leave"));
      assertEquals(new Counters(10, 10, 0, 0, 0, 0), host.counters("tail"));
      assertEquals(new Counters(10, 10, 0, 0, 0, 0), host.counters("last"));
      Counters deeper = host.counters("deeper");
      assertEquals(deeper.hits(), deeper.events() + deeper.missed());
    }
  }

  /** The kernel follows 64 nested returns of a thread (MAX_URETPROBE_DEPTH). */
  @Test
  void returnsThatTheKernelDoesNotFollowAreCounted() throws Exception {
    Path file =
        tools.gcc(
            "deep",
            RunningProgram.PROLOGUE
                + """
                TRACED long deep(long n) { return n ? deep(n - 1) + 2 : 0; }
                int main(void) { ready(); deep(20000); deep(10); }
                """,
            "-O1");
    assertDoubled(file, new Counters(20_012, 64 + 11, 0, 0, 0, 20_001 - 64));
  }

  /** The table has room for 16,384 calls of this probe; 300 threads are 60 deep in it at a time. */
  @Test
  void moreCallsThanTheTableHoldsAreCountedAndWronglyPairedWithNone() throws Exception {
    Path file =
        tools.gcc(
            "many",
            RunningProgram.PROLOGUE
                + """
                static pthread_barrier_t all;
                TRACED long deep(long n) {
                  if (n > 0) return deep(n - 1) + 2;
                  pthread_barrier_wait(&all);
                  return 0;
                }
                static void *work(void *n) { deep(59); return n; }
                int main(void) {
                  pthread_t threads[300];
                  pthread_attr_t small;
                  ready();
                  pthread_attr_init(&small);
                  pthread_attr_setstacksize(&small, 65536);
                  pthread_barrier_init(&all, NULL, 300);
                  for (int i = 0; i < 300; i++) if (pthread_create(&threads[i], &small, work, NULL)) return 1;
                  for (int i = 0; i < 300; i++) pthread_join(threads[i], NULL);
                }
                """,
            "-O1",
            "-pthread");
    assertDoubled(file, new Counters(18_000, 16_384, 0, 0, 0, 18_000 - 16_384));
  }

  private void assertDoubled(Path file, Counters expected) throws Exception {
    String spec =
        """
        target: {host: {binary: %s}}
        probes:
        - {name: deep, symbol: deep, type: Call, limit: {eventsPerSecond: 0}, signature: long deep(long n), message: "{n} {return}"}
        """
            .formatted(file);
    try (RunningProgram program = RunningProgram.start(file);
        TracedHost host = TracedHost.start(bpf, spec)) {
      program.finish();
      for (String each : host.finish()) {
        String[] numbers = each.split(" ");
        assertEquals(2 * Long.parseLong(numbers[0]), Long.parseLong(numbers[1]));
      }
      assertEquals(expected, host.counters("deep"));
    }
  }

  @Test
  void callsWithinWhichThreadsEndMakeRoomForOthers() throws Exception {
    Path file =
        tools.gcc(
            "ends",
            RunningProgram.PROLOGUE
                + """
                TRACED int end(int n) { if (n < 0) pthread_exit(NULL); return n; }
                static void *work(void *n) { end(-1); return n; }
                int main(void) {
                  ready();
                  pthread_attr_t small;
                  pthread_attr_init(&small);
                  pthread_attr_setstacksize(&small, 65536);
                  for (int i = 0; i < 17000; i++) { pthread_t t; if (pthread_create(&t, &small, work, NULL)) return 1; pthread_join(t, NULL); }
                  ready();
                  for (int n = 1; n <= 3; n++) end(n);
                }
                """,
            "-O2",
            "-pthread");
    String spec =
        """
        target: {host: {binary: %s}}
        probes:
        - {name: end, symbol: end, type: Call, signature: int end(int n), message: "{n} {return}"}
        """
            .formatted(file);
    try (RunningProgram program = RunningProgram.start(file);
        TracedHost host = TracedHost.start(bpf, spec)) {
      program.proceed();
      assertEquals("", program.line());
      long end = System.nanoTime() + 30_000_000_000L;
      while (host.counters("end").missed() < 17_000 && System.nanoTime() < end) {
        Thread.onSpinWait();
      }
      program.finish();
      assertEquals(List.of("1 1", "2 2", "3 3"), host.finish());
      assertEquals(new Counters(17_003, 3, 0, 0, 0, 17_000), host.counters("end"));
    }
  }

  private static List<String> sorted(List<String> lines) {
    return lines.stream().sorted().toList();
  }
}
