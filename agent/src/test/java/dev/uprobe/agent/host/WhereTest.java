package dev.uprobe.agent.host;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.uprobe.agent.engine.program.Counters;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@KernelTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WhereTest {
  private final BpfEnvironment bpf;
  private Path number;
  private Path mixed;

  WhereTest() throws KernelException {
    this.bpf = BpfEnvironment.load();
  }

  @BeforeAll
  void compile(@TempDir Path folder) throws Exception {
    Toolchain tools = new Toolchain(folder);
    number =
        tools.gcc(
            "number",
            RunningProgram.PROLOGUE
                + """
                TRACED void number(int64_t n) {}
                int main(void) { ready(); for (int n = -3; n <= 4; n++) number(n); number(INT64_MIN); }
                """);
    mixed =
        tools.gcc(
            "mixed",
            RunningProgram.PROLOGUE
                + """
                TRACED int mixed(int n, const char *text, char letter, bool yes, long e, long f, long seventh) {
                  if (n == 2) usleep(20000);
                  return n == 3 ? -1 : n * 10;
                }
                TRACED void other(int n) {}
                static void *work(void *unused) { other(2); return NULL; }
                int main(void) {
                  pthread_t thread;
                  printf("%ld\\n", (long)syscall(SYS_gettid));
                  ready();
                  mixed(1, "one", 'a', true, 0, 0, 70);
                  mixed(2, NULL, 'b', false, 0, 0, 71);
                  mixed(3, (char *)8, 'c', true, 0, 0, -72);
                  other(1);
                  pthread_create(&thread, NULL, work, NULL);
                  pthread_join(thread, NULL);
                }
                """,
            "-O2",
            "-pthread");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          i64 | n == -2           | -2
          i64 | n != -2           | -3 -1 0 1 2 3 4 -9223372036854775808
          i64 | n < 0             | -3 -2 -1 -9223372036854775808
          i64 | n <= 0            | -3 -2 -1 0 -9223372036854775808
          i64 | n > -1            | 0 1 2 3 4
          i64 | n >= -1           | -1 0 1 2 3 4
          i64 | n & 0x1           | -3 -1 1 3
          i64 | n == -1..2        | -1 0 1 2
          i64 | n != -1..2        | -3 -2 3 4 -9223372036854775808
          i64 | n == 4 or n == -3 | -3 4
          i64 | n == 1..2 or n == 4 | 1 2 4
          u64 | n == 18446744073709551614 | 18446744073709551614
          u64 | n != 3            | 18446744073709551613 18446744073709551614 18446744073709551615 0 1 2 4 9223372036854775808
          u64 | n < 2             | 0 1
          u64 | n <= 2            | 0 1 2
          u64 | n > 3             | 18446744073709551613 18446744073709551614 18446744073709551615 4 9223372036854775808
          u64 | n >= 9223372036854775808 | 18446744073709551613 18446744073709551614 18446744073709551615 9223372036854775808
          u64 | n & 0x8000000000000000 | 18446744073709551613 18446744073709551614 18446744073709551615 9223372036854775808
          i32 | n < 0             | -3 -2 -1
          u32 | n > 4             | 4294967293 4294967294 4294967295
          i8  | n == 0            | 0 0
          u8  | n >= 253          | 253 254 255
          i16 | n == -3..-2       | -3 -2
          u16 | n != 0..4         | 65533 65534 65535
          """)
  void numbersAreComparedInTheirType(String type, String where, String events) throws Exception {
    String spec =
        """
        target: {host: {binary: %s}}
        probes:
        - {name: number, symbol: number, args: [{name: n, type: %s}], where: ["%s"], message: "{n}"}
        """
            .formatted(number, type, where);
    try (RunningProgram program = RunningProgram.start(number);
        TracedHost host = TracedHost.start(bpf, spec)) {
      program.finish();
      assertEquals(List.of(events.split(" ")), host.finish());
      int sent = events.split(" ").length;
      assertEquals(new Counters(9, sent, 9 - sent, 0, 0, 0), host.counters("number"));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          return < 0                  | 3
          return == 10..20            | 1 2
          duration > 19ms             | 2
          duration <= 19ms            | 1 3
          n == 1 or return == -1      | 1 3
          n == 1 or duration > 19ms   | 1 2
          text == NULL                | 2
          text != NULL                | 1 3
          text == NULL or return < 0  | 2 3
          text != NULL or return < 0  | 1 3
          letter == 'b'               | 2
          letter >= 'b' or return == 10 | 1 2 3
          yes == true                 | 1 3
          yes == false or return < 0  | 2 3
          seventh == 70..71           | 1 2
          seventh < 0 or return == 20 | 2 3
          """)
  void aCallIsDecidedByItsArgumentsReturnValueAndDuration(String where, String events)
      throws Exception {
    String spec =
        """
        target: {host: {binary: %s}}
        probes:
        - name: mixed
          symbol: mixed
          type: Call
          signature: int mixed(int n, const char *text, char letter, bool yes, long e, long f, long seventh)
          where: ["%s"]
          message: "{n}"
        """
            .formatted(mixed, where);
    try (RunningProgram program = RunningProgram.start(mixed);
        TracedHost host = TracedHost.start(bpf, spec)) {
      program.finish();
      assertEquals(List.of(events.split(" ")), host.finish());
      int sent = events.split(" ").length;
      assertEquals(new Counters(3, sent, 3 - sent, 0, 0, 0), host.counters("mixed"));
    }
  }

  @Test
  void everyEntryMustHold() throws Exception {
    assertEquals(
        List.of("20"),
        messages(
            "{name: p, symbol: mixed, type: Call, signature: 'int mixed(int n)',"
                + " where: ['n >= 2', 'return > 0', 'duration > 1ms'], message: '{return}'}"));
  }

  @Test
  void aReturnIsDecidedByItsValue() throws Exception {
    assertEquals(
        List.of("-1"),
        messages(
            "{name: p, symbol: mixed, type: Return, signature: 'int mixed(int n)',"
                + " where: ['return < 0'], message: '{return}'}"));
  }

  @Test
  void processAndThreadAreComparedToo() throws Exception {
    String spec =
        """
        target: {host: {binary: %1$s}}
        probes:
        - {name: main, symbol: other, signature: void other(int n), where: ["tid == %2$d"], message: "main {n}"}
        - {name: thread, symbol: other, signature: void other(int n), where: ["tid != %2$d"], message: "thread {n}"}
        - {name: mine, symbol: other, signature: void other(int n), where: ["pid == %2$d", "n == 2"], message: "pid {n}"}
        - {name: none, symbol: other, signature: void other(int n), where: ["pid != %2$d"]}
        """;
    try (RunningProgram program = RunningProgram.start(mixed);
        TracedHost host = TracedHost.start(bpf, spec.formatted(mixed, program.pid()))) {
      program.finish();
      assertEquals(
          List.of("main 1", "pid 2", "thread 2"), host.finish().stream().sorted().toList());
      assertEquals(new Counters(2, 0, 2, 0, 0, 0), host.counters("none"));
    }
  }

  @Test
  void aMessageShowsWhatItNames() throws Exception {
    String spec =
        """
        target: {host: {binary: %s}}
        probes:
        - {name: p, symbol: other, signature: void other(int n), where: ["n == 1"],
           message: "{probe} {function} {comm} {pid} {tid} {{n}} = {n}"}
        - {name: q, symbol: other, signature: void other(int n), where: ["n == 1"]}
        """;
    try (RunningProgram program = RunningProgram.start(mixed);
        TracedHost host = TracedHost.start(bpf, spec.formatted(mixed))) {
      program.finish();
      int pid = program.pid();
      assertEquals(
          List.of("other(n=1)", "p other mixed " + pid + " " + pid + " {n} = 1"),
          host.finish().stream().sorted().toList());
    }
  }

  private List<String> messages(String probe) throws Exception {
    String spec = "target: {host: {binary: " + mixed + "}}\nprobes:\n- " + probe;
    try (RunningProgram program = RunningProgram.start(mixed);
        TracedHost host = TracedHost.start(bpf, spec)) {
      program.finish();
      return host.finish();
    }
  }
}
