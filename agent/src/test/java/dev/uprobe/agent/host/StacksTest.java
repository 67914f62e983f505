package dev.uprobe.agent.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.uprobe.agent.events.model.Event;
import dev.uprobe.agent.events.model.Frame;
import dev.uprobe.agent.fixture.KernelTest;
import dev.uprobe.agent.fixture.RunningProgram;
import dev.uprobe.agent.fixture.Toolchain;
import dev.uprobe.agent.fixture.TracedHost;
import dev.uprobe.agent.sys.libbpf.BpfEnvironment;
import dev.uprobe.agent.sys.libc.KernelException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Stacks of real programs, against the calls that their source shows. */
@KernelTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StacksTest {
  private static final String FRAMES = "-fno-omit-frame-pointer";
  private static final String CALLS =
      RunningProgram.PROLOGUE
          + """
          #include <pthread.h>
          #include <sys/wait.h>
          TRACED int leaf(int n) { return n + 1; }
          /* What the compiler cannot see keeps it from making a loop of this. */
          TRACED int down(int n) { int below = n ? down(n - 1) : 0; asm volatile("" : "+r"(below)); return below + 1; }
          TRACED int middle(int n) { return leaf(n) * 3; }
          TRACED int outer(int n) { return middle(n) + down(n); }
          TRACED void *worker(void *n) { leaf(*(int *)n); return NULL; }
          int main(int count, char **arguments) {
            ready();
            switch (arguments[1][0]) {
            case 'o': return outer(3) < 0;
            case 't': {
              pthread_t thread;
              int n = 1;
              pthread_create(&thread, NULL, worker, &n);
              pthread_join(thread, NULL);
              return 0;
            }
            case 'f': {
              pid_t child = fork();
              if (!child) { outer(0); _exit(0); }
              waitpid(child, NULL, 0);
              return 0;
            }
            default:
              leaf(0);
              execv(arguments[2], arguments + 2);
              return 1;
            }
          }
          """;
  private static final String TRACE =
      """
      target: {host: {binary: %s}}
      probes:
      - {name: leaf, symbol: leaf, stack: 16, type: %s}
      - {name: down, symbol: down, stack: 16, type: %s}
      """;

  private final BpfEnvironment bpf;
  private Toolchain tools;

  StacksTest() throws KernelException {
    this.bpf = BpfEnvironment.load();
  }

  @BeforeAll
  void prepare(@TempDir Path folder) throws Exception {
    tools = new Toolchain(folder.toRealPath());
  }

  /** The innermost first, up to and including main: what calls main is the C library's. */
  private static String stack(Event event) {
    List<String> names = new ArrayList<>();
    for (Frame each : event.stack()) {
      names.add(each.name());
      if (each.name().equals("main")) {
        break;
      }
    }
    return String.join(" ", names);
  }

  private static List<String> stacks(TracedHost host) throws Exception {
    host.session().finish();
    return host.events().all().stream().map(StacksTest::stack).toList();
  }

  private List<String> run(Path program, String type, String... arguments) throws Exception {
    try (TracedHost host = TracedHost.start(bpf, TRACE.formatted(program, type, type));
        RunningProgram running = RunningProgram.start(program, arguments)) {
      running.finish();
      return stacks(host);
    }
  }

  private static String recursion(int depth) {
    return String.join(" ", Collections.nCopies(depth, "down")) + " outer main";
  }

  /**
   * The last options let functions begin with other instructions than those of which the kernel
   * knows that they are a function's first.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "-O0",
        "-O1",
        "-O2",
        "-O2 -static",
        "-O2 -no-pie",
        "-O2 -fcf-protection=full",
        "-O2 -fpatchable-function-entry=1",
        "-O2 -fpatchable-function-entry=3 -fcf-protection=full"
      })
  void everyCallerIsThereOnceWhateverTheFunctionBeginsWith(String options) throws Exception {
    List<String> all = new ArrayList<>(List.of(options.split(" ")));
    all.add(FRAMES);
    all.add("-pthread");
    Path program = tools.gcc("calls", CALLS, all.toArray(String[]::new));

    List<String> expected =
        List.of("leaf middle outer main", recursion(1), recursion(2), recursion(3), recursion(4));
    assertEquals(expected, run(program, "Entry", "outer"));
    List<String> calls =
        List.of("leaf middle outer main", recursion(4), recursion(3), recursion(2), recursion(1));
    assertEquals(calls, run(program, "Call", "outer"));
  }

  @Test
  void aReturnShowsTheCallers() throws Exception {
    Path program = tools.gcc("returns", CALLS, "-O2", FRAMES, "-pthread");

    assertEquals(
        List.of("middle outer main", recursion(3), recursion(2), recursion(1), "outer main"),
        run(program, "Return", "outer"));
  }

  /** Before kernel 6.11, what a return probe has put in place of a return address is shown. */
  @Test
  void returnProbesOfTheCallersHideNoOther() throws Exception {
    Path program = tools.gcc("outer-returns", CALLS, "-O2", FRAMES, "-pthread");
    String spec =
        """
        target: {host: {binary: %s}}
        probes:
        - {name: leaf, symbol: leaf, stack: 16}
        - {name: outer, symbol: outer, type: Return}
        - {name: middle, symbol: middle, type: Call}
        """
            .formatted(program);
    try (TracedHost host = TracedHost.start(bpf, spec);
        RunningProgram running = RunningProgram.start(program, "outer")) {
      running.finish();
      String stack = stacks(host).get(0);
      assertTrue(stack.matches("leaf middle (outer main|\\[uprobes] \\[uprobes].*)"), stack);
    }
  }

  @Test
  void aStackHasNoMoreFramesThanAskedFor() throws Exception {
    Path program = tools.gcc("short", CALLS, "-O2", FRAMES, "-pthread");
    String spec =
        "target: {host: {binary: %s}}\nprobes: [{name: down, symbol: down, stack: 3}]"
            .formatted(program);
    try (TracedHost host = TracedHost.start(bpf, spec);
        RunningProgram running = RunningProgram.start(program, "outer")) {
      running.finish();
      assertEquals(
          List.of("down outer main", "down down outer", "down down down", "down down down"),
          stacks(host));
    }
  }

  @Test
  void aThreadsStackBeginsWithItsFunction() throws Exception {
    Path program = tools.gcc("threads", CALLS, "-O2", FRAMES, "-pthread");
    try (TracedHost host = TracedHost.start(bpf, TRACE.formatted(program, "Entry", "Entry"));
        RunningProgram running = RunningProgram.start(program, "thread")) {
      running.finish();
      List<Event> events = host.events().await(1);

      List<Frame> stack = events.get(0).stack();
      assertEquals("leaf", stack.get(0).name());
      assertEquals("worker", stack.get(1).name());
      assertTrue(
          stack.subList(2, stack.size()).stream()
              .allMatch(each -> each.file().orElse("").startsWith("libc.so")),
          stack.toString());
    }
  }

  @Test
  void aChildThatHasEndedAtOnceHasItsStack() throws Exception {
    Path program = tools.gcc("forks", CALLS, "-O2", FRAMES, "-pthread");

    assertEquals(List.of("leaf middle outer main", recursion(1)), run(program, "Entry", "fork"));
  }

  @Test
  void programsThatHaveEndedAtOnceHaveTheirStacks() throws Exception {
    Path program = tools.gcc("brief", CALLS.replace("ready();\n", ""), "-O2", FRAMES, "-pthread");
    int runs = 50;
    try (TracedHost host = TracedHost.start(bpf, TRACE.formatted(program, "Entry", "Entry"))) {
      for (int i = 0; i < runs; i++) {
        tools.run(program.toString(), "outer");
      }
      List<String> one =
          List.of("leaf middle outer main", recursion(1), recursion(2), recursion(3), recursion(4));
      assertEquals(
          IntStream.range(0, runs).boxed().flatMap(each -> one.stream()).toList(), stacks(host));
    }
  }

  @Test
  void aProcessThatRunsAnotherProgramHasTheStacksOfBoth() throws Exception {
    String second = CALLS.replace("ready();\n", "").replace("outer(", "other(");
    Path after = tools.gcc("after", second, "-O2", FRAMES, "-pthread");
    Path before = tools.gcc("before", CALLS, "-O2", FRAMES, "-pthread");
    String spec =
        """
        target: {host: {}}
        probes:
        - {name: before, binary: %s, symbol: leaf, stack: 16}
        - {name: after, binary: %s, symbol: leaf, stack: 16}
        """;
    try (TracedHost host = TracedHost.start(bpf, spec.formatted(before, after));
        RunningProgram running = RunningProgram.start(before, "exec", after.toString(), "other")) {
      running.finish();
      assertEquals(List.of("leaf main", "leaf middle other main"), stacks(host));
    }
  }

  @Test
  void aLibraryThatCallsBackIsBetweenTheProgramsFunctions() throws Exception {
    Path library =
        tools.gcc(
            "libback.so",
            """
            static __attribute__((noipa)) int inside(int (*f)(int), int n) { return f(n) + 1; }
            int callback(int (*f)(int), int n) { return inside(f, n) + 1; }
            """,
            "-shared",
            "-fPIC",
            "-O2",
            FRAMES);
    tools.run("strip", library.toString());
    String source =
        RunningProgram.PROLOGUE
            + """
            int callback(int (*f)(int), int n);
            TRACED int leaf(int n) { return n + 1; }
            TRACED int called(int n) { return leaf(n) + 1; }
            int main(void) { ready(); return callback(called, 1) < 0; }
            """;
    Path program =
        tools.gcc("caller", source, "libback.so", "-Wl,-rpath," + tools.folder(), "-O2", FRAMES);
    String spec =
        "target: {host: {binary: %s}}\nprobes: [{name: leaf, symbol: leaf, stack: 16}]"
            .formatted(program);
    try (TracedHost host = TracedHost.start(bpf, spec);
        RunningProgram running = RunningProgram.start(program)) {
      running.finish();
      // The static function has no symbol left; what the library exports has.
      assertEquals(List.of("leaf called [libback.so] callback main"), stacks(host));
      assertTrue(
          host.events()
              .all()
              .get(0)
              .stack()
              .get(2)
              .text()
              .matches("\\[unknown\\] \\(libback.so\\+0x[0-9a-f]+\\)"));
    }
  }

  @Test
  void aLibraryThatIsLoadedLateIsNamed() throws Exception {
    String plugin =
        """
        static __attribute__((noipa)) int inside(int (*f)(int), int n) { return f(n) + 1; }
        int callback(int (*f)(int), int n) { return inside(f, n) + 1; }
        """;
    Path library = tools.gcc("plugin.so", plugin, "-shared", "-fPIC", "-O2", FRAMES);
    String source =
        RunningProgram.PROLOGUE
            + """
            TRACED int leaf(int n) { return n + 1; }
            int main(int count, char **arguments) {
              ready();
              void *plugin = dlopen(arguments[1], RTLD_NOW);
              int (*callback)(int (*)(int), int) = plugin ? dlsym(plugin, "callback") : NULL;
              int result = callback ? callback(leaf, 1) : -1;
              if (plugin) dlclose(plugin);
              return result < 0;
            }
            """;
    Path program = tools.gcc("loader", source, "-O2", FRAMES);
    for (String type : List.of("Entry", "Call")) {
      String spec =
          "target: {host: {binary: %s}}\nprobes: [{name: leaf, symbol: leaf, stack: 16, type: %s}]"
              .formatted(program, type);
      try (TracedHost host = TracedHost.start(bpf, spec);
          RunningProgram running = RunningProgram.start(program, library.toString())) {
        running.finish();
        assertEquals(List.of("leaf inside callback main"), stacks(host));
      }
    }
  }

  @Test
  void whatIsSentHasItsStackWhateverWasRejected() throws Exception {
    Path program = tools.gcc("decided", CALLS, "-O2", "-g", FRAMES, "-pthread");
    String spec =
        """
        target: {host: {binary: %s}}
        probes:
        - {name: down, symbol: down, type: Call, signature: auto, where: [return == 2], stack: 2}
        - {name: first, symbol: down, type: Call, signature: int down(int n), where: [n == 3], stack: 1}
        """
            .formatted(program);
    try (TracedHost host = TracedHost.start(bpf, spec);
        RunningProgram running = RunningProgram.start(program, "outer")) {
      running.finish();
      assertEquals(List.of("down down", "down"), stacks(host));
      assertEquals(3, host.counters("down").filtered());
    }
  }

  @Test
  void aFunctionOfTheCLibraryShowsWhoCallsItThroughThePlt() throws Exception {
    String source =
        RunningProgram.PROLOGUE
            + """
            TRACED size_t measure(const char *text) { return strlen(text) + 1; }
            int main(int count, char **arguments) { ready(); return measure(arguments[0]) < 1; }
            """;
    Path program = tools.gcc("measure", source, "-O2", "-fno-builtin", FRAMES);
    String spec =
        "target: {host: {binary: %s}}\nprobes: [{name: strlen, binary: c, symbol: strlen, stack: 16}]"
            .formatted(program);
    try (TracedHost host = TracedHost.start(bpf, spec);
        RunningProgram running = RunningProgram.start(program)) {
      running.finish();
      String last = stacks(host).get(stacks(host).size() - 1);
      assertTrue(last.endsWith(" measure main"), last);
    }
  }

  @Test
  void codeThatAProgramMakesItselfIsShownAsMemoryOfNoFile() throws Exception {
    String source =
        RunningProgram.PROLOGUE
            + """
            TRACED int leaf(int n) { return n + 1; }
            int main(void) {
              /* push %rbp; mov %rsp,%rbp; call *%rsi; pop %rbp; ret */
              static const unsigned char code[] = {0x55, 0x48, 0x89, 0xe5, 0xff, 0xd6, 0x5d, 0xc3};
              ready();
              void *made = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
              memcpy(made, code, sizeof code);
              mprotect(made, 4096, PROT_READ | PROT_EXEC);
              return ((int (*)(int, int (*)(int)))made)(1, leaf) < 0;
            }
            """;
    org.junit.jupiter.api.Assumptions.assumeTrue(
        System.getProperty("os.arch").equals("amd64"), "the program makes code for x86-64");
    Path program = tools.gcc("maker", source, "-O2", FRAMES);
    String spec =
        "target: {host: {binary: %s}}\nprobes: [{name: leaf, symbol: leaf, stack: 16}]"
            .formatted(program);
    try (TracedHost host = TracedHost.start(bpf, spec);
        RunningProgram running = RunningProgram.start(program)) {
      running.finish();
      assertEquals(List.of("leaf [anon] main"), stacks(host));
    }
  }

  @Test
  void withoutFramePointersAStackIsShortAndEndsInCode() throws Exception {
    Path program = tools.gcc("frameless", CALLS, "-O2", "-fomit-frame-pointer", "-pthread");
    try (TracedHost host = TracedHost.start(bpf, TRACE.formatted(program, "Entry", "Entry"));
        RunningProgram running = RunningProgram.start(program, "outer")) {
      running.finish();
      List<Frame> stack = host.events().await(1).get(0).stack();

      // The immediate caller is always known.
      assertEquals("leaf", stack.get(0).name());
      assertEquals("middle", stack.get(1).name());
      assertTrue(stack.get(stack.size() - 1).file().isPresent(), stack.toString());
    }
  }
}
