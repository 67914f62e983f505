package dev.uprobe.agent.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.uprobe.agent.engine.program.Counters;
import dev.uprobe.agent.fixture.KernelTest;
import dev.uprobe.agent.fixture.RunningProgram;
import dev.uprobe.agent.fixture.Toolchain;
import dev.uprobe.agent.fixture.TracedHost;
import dev.uprobe.agent.sys.libbpf.BpfEnvironment;
import dev.uprobe.agent.sys.libc.KernelException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Values on pages that are not in memory when a probe fires: no program has looked at them yet. */
@KernelTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AbsentPagesTest {
  private static final int PAGE = 4096;

  /** Where programs map the file, so that it can hold pointers into itself. */
  private static final long BASE = 0x1000000000L;

  /** A string of 4,090 bytes that begins 10 bytes before a page ends. */
  private static final int LONG_AT = 40 * PAGE - 10;

  private static final int STRUCT_AT = 50 * PAGE;
  private static final int NAME_AT = 52 * PAGE + 8;
  private static final int INNER_AT = 54 * PAGE;

  /** {@code absent(at)} is the address of a byte of the file, of which no page is in memory. */
  private static final String MAPPED =
      RunningProgram.PROLOGUE
          + """
          #include <fcntl.h>
          #define SIZE (64 * 4096)
          static char *base;
          static void *absent(long at) { madvise(base, SIZE, MADV_DONTNEED); return base + at; }
          static void map(const char *path) {
            int fd = open(path, O_RDONLY);
            base = mmap((void *)0x1000000000, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_FIXED, fd, 0);
            if (base == MAP_FAILED) exit(2);
          }
          """;

  private final BpfEnvironment bpf;
  private Toolchain tools;
  private Path data;

  AbsentPagesTest() throws KernelException {
    this.bpf = BpfEnvironment.load();
  }

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    tools = new Toolchain(folder);
    ByteBuffer bytes = ByteBuffer.allocate(64 * PAGE).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < 1000; i++) {
      bytes.put(100 * i, ("string " + i).getBytes(StandardCharsets.US_ASCII));
    }
    bytes.put(LONG_AT, "x".repeat(4090).getBytes(StandardCharsets.US_ASCII));
    bytes.putLong(STRUCT_AT, 7).putLong(STRUCT_AT + 8, BASE + INNER_AT);
    bytes.putInt(STRUCT_AT + 16, 1).putInt(STRUCT_AT + 20, -2);
    bytes.putLong(INNER_AT, BASE + NAME_AT).putInt(INNER_AT + 8, 99);
    bytes.put(NAME_AT, "acme".getBytes(StandardCharsets.US_ASCII));
    data = Files.write(folder.resolve("data"), bytes.array());
  }

  @ParameterizedTest
  @ValueSource(strings = {"Entry", "Call"})
  void aThousandStringsThatNobodyHasTouchedAreRead(String type) throws Exception {
    Path file =
        program(
            "TRACED void say(const char *text) {}",
            "for (int i = 0; i < 1000; i++) say(absent(100 * i));");
    assertEquals(
        IntStream.range(0, 1000).mapToObj(i -> "string " + i).toList(),
        messages(file, type, "signature: void say(const char *text)", "{text}"));
  }

  @Test
  void aStringThatRunsIntoAnAbsentPageIsReadToItsEnd() throws Exception {
    Path file =
        program(
            "TRACED void say(const char *text) {}",
            "say(absent(%1$d)); *(volatile char *)absent(%1$d); say(base + %1$d);"
                .formatted(LONG_AT));
    String wanted = "x".repeat(4090);
    assertEquals(
        List.of(wanted, wanted),
        messages(file, "Entry", "args: [{name: text, type: string, size: 4096}]", "{text}"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Entry", "Call"})
  void bytesArraysPathsAndFieldsAreRead(String type) throws Exception {
    Path file =
        program("TRACED void take(void *order) {}", "take(absent(%d));".formatted(STRUCT_AT));
    String args =
        """
        args:
        - {name: name, type: string, value: arg1->8->0}
        - {name: cents, type: i32, value: arg1->8->8}
        - {name: id, type: i64, value: arg1->0}
        - {name: data, type: bytes, size: 4, value: arg1 + 16}
        - {name: numbers, type: i32, count: 2, value: arg1 + 16}
        """;
    assertEquals(
        List.of("acme 99 7 01000000 [1, -2]"),
        messages(file, type, args, "{name} {cents} {id} {data} {numbers}"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Entry", "Call"})
  void conditionsReadThemToo(String type) throws Exception {
    Path file =
        program(
            "TRACED void say(const char *text) {}",
            "for (int i = 0; i < 100; i++) say(absent(100 * i)); say(absent(%d));"
                .formatted(LONG_AT));
    assertEquals(
        List.of("string 42"),
        messages(
            file,
            type,
            "signature: void say(const char *text)\nwhere: [\"text endsWith '42'\"]",
            "{text}"));
    assertEquals(
        List.of("x".repeat(64) + "..."),
        messages(
            file,
            type,
            "signature: void say(const char *text)\nwhere: [\"text startsWith 'xxxxxxxxxxxxx'\"]",
            "{text}"));
  }

  @Test
  void aReturnedStringIsRead() throws Exception {
    Path file = program("TRACED char *get(int at) { return absent(at); }", "get(4200);");
    for (String type : List.of("Return", "Call")) {
      assertEquals(
          List.of("string 42"), messages(file, type, "returns: {type: string}", "{return}", "get"));
    }
  }

  @Test
  void aCallShowsTheStringAsItWasAtTheEntry() throws Exception {
    Path file = program("TRACED void say(char *text) { text[0] = 'S'; }", "say(absent(4200));");
    assertEquals(
        List.of("string 42"),
        messages(file, "Call", "signature: void say(const char *text)", "{text}"));
  }

  @Test
  void aGroupIsKnownByAnAbsentString() throws Exception {
    Path file =
        program(
            "TRACED void say(const char *text) {}",
            "for (int i = 0; i < 30; i++) say(absent(100 * (i % 3)));");
    String spec =
        spec(
            file,
            "say",
            "Entry",
            "signature: void say(const char *text)\naggregate: {count: true, by: [text]}",
            null);
    try (RunningProgram program = RunningProgram.start(file, data.toString());
        TracedHost host = TracedHost.start(bpf, spec)) {
      program.finish();
      host.finish();
      assertEquals(new Counters(30, 0, 0, 0, 0, 0), host.counters("say"));
      assertEquals(
          List.of(10L, 10L, 10L),
          host.events().aggregates().stream().map(each -> each.kept().count()).toList());
    }
  }

  @Test
  void whatTheProgramCannotReadStaysUnreadable() throws Exception {
    Path file =
        program(
            "TRACED void say(const char *text, void **path) {}",
            """
            char *hole = mmap(NULL, 3 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
            memset(hole, 'y', 4096); munmap(hole + 4096, 4096); mprotect(hole + 8192, 4096, PROT_NONE);
            void *wild = (void *)0x10;
            say((char *)1, &wild); say(hole + 4090, (void **)8); say(hole + 8192, NULL);
            say((char *)0x8000000000000000, (void **)absent(0));
            """);
    String args =
        """
        args:
        - {name: text, type: string}
        - {name: path, type: i64, value: arg2->0->0}
        """;
    assertEquals(
        List.of(
            "(unreadable) (unreadable)",
            "(unreadable) (unreadable)",
            "(unreadable) (unreadable)",
            "(unreadable) (unreadable)"),
        messages(file, "Entry", args, "{text} {path}"));
  }

  /** A page may be slow to come: from a network, or from a program that answers by userfaultfd. */
  @Test
  void aThreadThatWaitsForAPageHoldsUpNoOtherEvent() throws Exception {
    Path file =
        program(
            """
            #include <linux/userfaultfd.h>
            #include <sys/ioctl.h>
            TRACED void say(const char *text) {}
            static void *wait(void *text) { say(text); return NULL; }
            """,
            """
            int uffd = syscall(SYS_userfaultfd, O_CLOEXEC);
            struct uffdio_api api = {.api = UFFD_API};
            char *slow = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
            struct uffdio_register all = {.range = {(uintptr_t)slow, 4096}, .mode = UFFDIO_REGISTER_MODE_MISSING};
            if (ioctl(uffd, UFFDIO_API, &api) || ioctl(uffd, UFFDIO_REGISTER, &all)) return 3;
            pthread_t waiting;
            pthread_create(&waiting, NULL, wait, slow);
            struct uffd_msg fault;
            if (read(uffd, &fault, sizeof fault) != sizeof fault) return 4;
            for (int i = 0; i < 100; i++) say("quick");
            ready();
            static char page[4096] __attribute__((aligned(4096))) = "slow";
            struct uffdio_copy copy = {.dst = (uintptr_t)slow, .src = (uintptr_t)page, .len = 4096};
            ioctl(uffd, UFFDIO_COPY, &copy);
            pthread_join(waiting, NULL);
            """);
    String spec = spec(file, "say", "Entry", "signature: void say(const char *text)", "{text}");
    try (RunningProgram program = RunningProgram.start(file, data.toString());
        TracedHost host = TracedHost.start(bpf, spec)) {
      program.proceed();
      assertEquals(java.util.Collections.nCopies(100, "quick"), host.await(100));
      assertEquals("", program.line());
      program.finish();
      assertEquals("slow", host.await(101).get(100));
      assertEquals(new Counters(101, 101, 0, 0, 0, 0), host.counters("say"));
    }
  }

  /** At -O2 the note says that the argument lies in memory, to which a register points. */
  @Test
  void anArgumentOfAStaticProbeThatLiesInMemoryIsRead() throws Exception {
    Path file =
        program(
            "#include <sys/sdt.h>\nTRACED void lazy(long *p) { DTRACE_PROBE1(shop, lazy, *p); }",
            "lazy(absent(%d)); lazy(absent(%d));".formatted(STRUCT_AT, STRUCT_AT + 8));
    String spec =
        "target: {host: {binary: %s}}\nprobes:\n- {name: p, usdt: 'shop:lazy', message: '{arg1}'}\n";
    try (RunningProgram program = RunningProgram.start(file, data.toString());
        TracedHost host = TracedHost.start(bpf, spec.formatted(file))) {
      program.finish();
      assertEquals(List.of("7", Long.toString(BASE + INNER_AT)), host.finish());
    }
  }

  /** Arguments behind the sixth lie on the stack. */
  @ParameterizedTest
  @ValueSource(strings = {"Entry", "Call"})
  void aStringThatTheSeventhArgumentLeadsToIsRead(String type) throws Exception {
    Path file =
        program(
            "TRACED void say(int a, int b, int c, int d, int e, int f, const char *text) {}",
            "say(1, 2, 3, 4, 5, 6, absent(500));");
    assertEquals(
        List.of("6 string 5"),
        messages(
            file,
            type,
            "signature: void say(int a, int b, int c, int d, int e, int f, const char *text)",
            "{f} {text}"));
  }

  @Test
  void aPageThatNeverComesIsToldWhenTheTraceEnds() throws Exception {
    Path file =
        program(
            """
            #include <linux/userfaultfd.h>
            #include <sys/ioctl.h>
            TRACED void say(const char *text) {}
            """,
            """
            int faults = syscall(SYS_userfaultfd, O_CLOEXEC);
            struct uffdio_api api = {.api = UFFD_API};
            char *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
            struct uffdio_register missing = {{(unsigned long)page, 4096}, UFFDIO_REGISTER_MODE_MISSING};
            if (ioctl(faults, UFFDIO_API, &api) || ioctl(faults, UFFDIO_REGISTER, &missing)) exit(3);
            say(page);
            """);
    String fields = "signature: void say(const char *text)";
    try (RunningProgram program = RunningProgram.start(file, data.toString());
        TracedHost host = TracedHost.start(bpf, spec(file, "say", "Entry", fields, "{text}"))) {
      program.proceed();
      await(() -> host.counters("say").hits() == 1);
      CompletableFuture<List<String>> end =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return host.finish();
                } catch (IOException | InterruptedException e) {
                  throw new IllegalStateException(e);
                }
              });
      await(() -> host.notices().stream().anyMatch(each -> each.startsWith("Detaching waits")));
      ProcessHandle.of(program.pid()).ifPresent(ProcessHandle::destroyForcibly);
      assertEquals(List.of("(unreadable)"), end.get(30, TimeUnit.SECONDS));
    }
  }

  private static void await(Callable<Boolean> holds) throws Exception {
    long end = System.nanoTime() + 30_000_000_000L;
    while (!holds.call() && System.nanoTime() < end) {
      Thread.onSpinWait();
    }
    assertTrue(holds.call());
  }

  private Path program(String functions, String calls) throws Exception {
    return tools.gcc(
        "program",
        MAPPED
            + functions
            + "\nint main(int count, char **arguments) { map(arguments[1]); ready();\n"
            + calls
            + "\nreturn 0; }",
        "-O2",
        "-pthread");
  }

  private static String spec(Path file, String symbol, String type, String fields, String message) {
    return """
           target: {host: {binary: %s}}
           probes:
           - name: %2$s
             symbol: %2$s
             type: %3$s
           """
            .replace("%s", file.toString())
            .replace("%2$s", symbol)
            .replace("%3$s", type)
        + (message == null ? "" : "  limit: {eventsPerSecond: 0}\n  message: \"" + message + "\"\n")
        + fields.indent(2);
  }

  private List<String> messages(Path file, String type, String fields, String message)
      throws Exception {
    String symbol = fields.contains("value:") && !fields.contains("text") ? "take" : "say";
    return messages(file, type, fields, message, symbol);
  }

  private List<String> messages(
      Path file, String type, String fields, String message, String symbol) throws Exception {
    try (RunningProgram program = RunningProgram.start(file, data.toString());
        TracedHost host = TracedHost.start(bpf, spec(file, symbol, type, fields, message))) {
      program.finish();
      return host.finish();
    }
  }
}
