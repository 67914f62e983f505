package dev.uprobe.agent.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.uprobe.agent.fixture.KernelTest;
import dev.uprobe.agent.fixture.RunningProgram;
import dev.uprobe.agent.fixture.Toolchain;
import dev.uprobe.agent.fixture.TracedHost;
import dev.uprobe.agent.sys.libbpf.BpfEnvironment;
import dev.uprobe.agent.sys.libc.KernelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A program does and prints the same, traced or not. */
@KernelTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UndisturbedTest {
  private static final String ALL_SORTS =
      RunningProgram.PROLOGUE
          + """
          #include <setjmp.h>
          #include <signal.h>
          #include <stdarg.h>
          #include <sys/wait.h>
          struct large { long a, b, c, d; };
          static jmp_buf back;
          static volatile int signals;
          TRACED double f_float(double a, float b, int c) { return a * b + c; }
          TRACED struct large f_struct(struct large s) { s.a++; s.d *= 2; return s; }
          TRACED int f_sum(int count, ...) {
            va_list list; int sum = 0; va_start(list, count);
            for (int i = 0; i < count; i++) sum += va_arg(list, int);
            va_end(list); return sum;
          }
          TRACED int f_deep(int n) { return n == 0 ? 0 : 1 + f_deep(n - 1); }
          TRACED int f_jump(int n) { if (n == 0) longjmp(back, 7); return f_jump(n - 1) + 1; }
          TRACED void f_signal(int number) { signals += number; }
          TRACED int f_fork(int n) { return fork() == 0 ? n + 100 : n; }
          TRACED __int128 f_wide(__int128 n) { return n * n; }
          TRACED void *f_thread(void *n) { return (void *)((uintptr_t)n * 3); }
          int main(void) {
            ready();
            printf("%f\\n", f_float(1.5, 2.5f, 3));
            struct large s = f_struct((struct large){1, 2, 3, 4});
            printf("%ld %ld %ld %ld\\n", s.a, s.b, s.c, s.d);
            printf("%d\\n", f_sum(9, 1, 2, 3, 4, 5, 6, 7, 8, 9));
            printf("%d\\n", f_deep(40));
            for (int i = 0; i < 100; i++) { int n = setjmp(back); if (n == 0) f_jump(i % 20); else if (i == 99) printf("%d\\n", n); }
            signal(SIGUSR1, f_signal); raise(SIGUSR1); printf("%d\\n", signals);
            fflush(stdout);
            int status = 0, forked = f_fork(1);
            if (forked > 100) _exit(forked);
            wait(&status);
            printf("%d %d\\n", forked, WEXITSTATUS(status));
            printf("%ld\\n", (long)(f_wide((__int128)1 << 40) >> 70));
            pthread_t thread; void *result; pthread_create(&thread, NULL, f_thread, (void *)5); pthread_join(thread, &result);
            printf("%ld\\n", (long)result);
          }
          """;

  /** Answers each byte with the sum of many calls; the last byte waits within a call. */
  private static final String SUMS =
      RunningProgram.PROLOGUE
          + """
          TRACED uint64_t mix(uint64_t n) { return n * 0x9e3779b97f4a7c15u; }
          TRACED int waits(int n) { ready(); return n + 1; }
          static void sums(void) { uint64_t sum = 0; for (uint64_t n = 0; n < 20000; n++) sum += mix(n); printf("%lu\\n", sum); }
          int main(void) { ready(); sums(); printf("%d\\n", waits(41)); sums(); ready(); sums(); }
          """;

  private final BpfEnvironment bpf;
  private Path folder;
  private Toolchain tools;

  UndisturbedTest() throws KernelException {
    this.bpf = BpfEnvironment.load();
  }

  @BeforeAll
  void start(@TempDir Path temporary) {
    folder = temporary;
    tools = new Toolchain(folder);
  }

  @Test
  void whatAProgramPrintsIsTheSameWithAllItsFunctionsTraced() throws Exception {
    Path file = tools.gcc("sorts", ALL_SORTS, "-pthread", "-O2");
    List<String> truth;
    try (RunningProgram program = RunningProgram.start(file)) {
      truth = program.finish();
    }
    for (String type : List.of("Entry", "Return", "Call")) {
      String spec =
          "target: {host: {}}\nprobes:\n- {name: all, binary: %s, symbol: f_*, type: %s}\n"
              .formatted(file, type);
      try (RunningProgram program = RunningProgram.start(file);
          TracedHost host = TracedHost.start(bpf, spec)) {
        // The compiler has seen that f_jump never returns, and so has the agent.
        assertEquals(type.equals("Entry") ? 9 : 8, host.session().functions());
        assertEquals(truth, program.finish(), type);
        assertFalse(host.finish().isEmpty());
      }
    }
  }

  @Test
  @Timeout(60)
  void aTracerThatIsKilledLeavesTheProgramAlone() throws Exception {
    Path file = tools.gcc("sums", SUMS);
    Path trace =
        Files.writeString(
            folder.resolve("trace.yaml"),
            """
            apiVersion: uprobe.dev/v1alpha1
            kind: UprobeTrace
            metadata: {name: sums}
            spec:
              target: {host: {binary: %1$s}}
              probes:
              - {name: mix, symbol: mix, type: Call}
              - {name: waits, symbol: waits, type: Call}
              - {name: return, symbol: waits, type: Return}
            """
                .formatted(file));
    Process tracer =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "dev.uprobe.agent.cli.Main",
                "trace",
                "--output",
                "json",
                trace.toString())
            .start();
    try (RunningProgram program = RunningProgram.start(file)) {
      String told = tracer.errorReader().readLine();
      while (told != null && !told.startsWith("Attached")) {
        told = tracer.errorReader().readLine();
      }
      assertEquals("Attached to 3 functions; Ctrl-C ends.", told);
      program.proceed();
      String event = tracer.inputReader().readLine();
      assertTrue(event.contains("\"probe\":\"mix\""), event);
      String sum = program.line();
      assertEquals("", program.line());

      tracer.destroyForcibly().waitFor();

      program.proceed();
      assertEquals("42", program.line());
      assertEquals(sum, program.line());
      assertEquals("", program.line());
      assertEquals(List.of(sum), program.finish());
      assertEquals(Long.toUnsignedString(sum()), sum);
    } finally {
      tracer.destroyForcibly();
    }
  }

  private static long sum() {
    long sum = 0;
    for (long n = 0; n < 20_000; n++) {
      sum += n * 0x9e3779b97f4a7c15L;
    }
    return sum;
  }
}
