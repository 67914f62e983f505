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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@KernelTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TargetsTest {
  private static final String STEPS =
      RunningProgram.PROLOGUE
          + """
          TRACED int step(int n) { return n; }
          int main(int count, char **arguments) { ready(); step(atoi(arguments[1])); }
          """;
  private static final String NAMED =
      RunningProgram.PROLOGUE
          + """
          TRACED int step(int n) { return n; }
          static void *work(void *data) { prctl(PR_SET_NAME, "other-name"); ready(); step(7); ready(); return data; }
          int main(int count, char **arguments) {
            ready();
            pthread_t thread;
            if (!strcmp(arguments[1], "thread")) { pthread_create(&thread, 0, work, 0); pthread_join(thread, 0); }
            else if (!strcmp(arguments[1], "rename") || !fork()) work(0);
            else for (;;) pause();
          }
          """;
  private static final String PLUGIN = "int plug(int n) { return n + 1; }";
  private static final String USER =
      RunningProgram.PROLOGUE
          + """
          int plug(int n);
          int main(int count, char **arguments) { ready(); printf("%d\\n", plug(atoi(arguments[1]))); }
          """;
  private static final String LOADER =
      RunningProgram.PROLOGUE
          + """
          int main(int count, char **arguments) {
            ready();
            void *plugin = dlopen(arguments[1], RTLD_NOW);
            int (*plug)(int) = (int (*)(int))dlsym(plugin, "plug");
            ready();
            printf("%d\\n", plug(41));
          }
          """;
  private static final String STEP =
      """
      target: {host: {%s}}
      probes:
      - {name: step, symbol: step, signature: int step(int n), message: "{comm} {n}"}
      """;
  private static final String PLUG =
      """
      target: {host: {%s}}
      probes:
      - {name: plug, binary: %s, symbol: plug, type: Call, signature: int plug(int n), message: "{comm} {n} {return}"}
      """;

  private final BpfEnvironment bpf;
  private Path folder;
  private Path red;
  private Path blue;
  private Path plugin;
  private Path redUser;
  private Path blueUser;
  private Path loader;

  TargetsTest() throws KernelException {
    this.bpf = BpfEnvironment.load();
  }

  @BeforeAll
  void compile(@TempDir Path temporary) throws Exception {
    folder = temporary;
    Toolchain tools = new Toolchain(folder);
    red = tools.gcc("red", STEPS);
    blue = Files.copy(red, folder.resolve("blue"));
    plugin = tools.gcc("libplug.so", PLUGIN, "-shared", "-fPIC");
    redUser = tools.gcc("reduser", USER, "libplug.so", "-Wl,-rpath," + folder);
    blueUser = Files.copy(redUser, folder.resolve("blueuser"));
    loader = tools.gcc("loader", LOADER);
  }

  @Test
  void byPidOnlyThatProcessIsTraced() throws Exception {
    try (RunningProgram one = RunningProgram.start(red, "1");
        RunningProgram two = RunningProgram.start(red, "2");
        TracedHost host = TracedHost.start(bpf, STEP.formatted("pid: " + two.pid()))) {
      one.finish();
      two.finish();
      assertEquals(List.of("red 2"), host.finish());
      assertEquals(new Counters(1, 1, 0, 0, 0, 0), host.counters("step"));
    }
  }

  @Test
  void byCommProgramsAreTracedThatRunAlreadyOrStartLater() throws Exception {
    assertFollows("comm: red");
  }

  @Test
  void byBinaryProgramsAreTracedThatRunAlreadyOrStartLater() throws Exception {
    assertFollows("binary: " + red);
  }

  private void assertFollows(String target) throws Exception {
    try (RunningProgram earlier = RunningProgram.start(red, "1");
        RunningProgram other = RunningProgram.start(blue, "2");
        TracedHost host = TracedHost.start(bpf, STEP.formatted(target));
        RunningProgram later = RunningProgram.start(red, "3")) {
      earlier.finish();
      other.finish();
      later.finish();
      assertEquals(List.of("red 1", "red 3"), host.finish());
    }
  }

  @Test
  void aTraceWaitsForTheFirstProgramThatMatches() throws Exception {
    for (String target : List.of("comm: red", "binary: " + red)) {
      try (TracedHost host = TracedHost.start(bpf, STEP.formatted(target));
          RunningProgram later = RunningProgram.start(red, "4")) {
        awaitFunctions(1, host);
        later.finish();
        assertEquals(List.of("red 4"), host.finish(), target);
      }
    }
  }

  @Test
  void aProgramThatIsReplacedIsTracedToo() throws Exception {
    Path file = Files.copy(red, folder.resolve("green"));
    try (RunningProgram old = RunningProgram.start(file, "1");
        TracedHost host = TracedHost.start(bpf, STEP.formatted("comm: green"))) {
      Files.delete(file);
      Files.copy(red, file);
      try (RunningProgram fresh = RunningProgram.start(file, "2")) {
        awaitFunctions(2, host);
        old.finish();
        fresh.finish();
      }
      assertEquals(List.of("green 1", "green 2"), host.finish());
    }
  }

  @Test
  void aLibraryIsTracedInTheSelectedExecutableOnly() throws Exception {
    for (String target : List.of("binary: " + redUser, "comm: reduser")) {
      for (String library : List.of("plug", "libplug.so", plugin.toString())) {
        try (RunningProgram one = RunningProgram.start(redUser, "1");
            RunningProgram other = RunningProgram.start(blueUser, "2");
            TracedHost host = TracedHost.start(bpf, PLUG.formatted(target, library))) {
          assertEquals(List.of("2"), one.finish());
          assertEquals(List.of("3"), other.finish());
          assertEquals(List.of("reduser 1 2"), host.finish(), target + " " + library);
          assertEquals(new Counters(1, 1, 0, 0, 0, 0), host.counters("plug"));
        }
      }
    }
  }

  @Test
  void libcIsTracedInTheSelectedExecutableOnly() throws Exception {
    String spec =
        """
        target: {host: {binary: %s}}
        probes:
        - {name: atoi, binary: c, symbol: atoi, signature: int atoi(const char *text), message: "{comm} {text}"}
        """;
    try (TracedHost host = TracedHost.start(bpf, spec.formatted(red));
        RunningProgram one = RunningProgram.start(red, "1");
        RunningProgram other = RunningProgram.start(blue, "2")) {
      one.finish();
      other.finish();
      assertEquals(List.of("red 1"), host.finish());
    }
  }

  @Test
  void aLibraryInAFolderThatNoCacheKnowsIsFoundWhenItIsLoaded() throws Exception {
    Path hidden = Files.createDirectories(folder.resolve("hidden")).resolve("libplug.so");
    Files.copy(plugin, hidden);
    try (RunningProgram program = RunningProgram.start(loader, hidden.toString());
        RunningProgram user = RunningProgram.start(redUser, "1");
        TracedHost host = TracedHost.start(bpf, PLUG.formatted("", "plug"))) {
      assertEquals(1, host.session().functions());
      program.proceed();
      assertEquals("", program.line());
      awaitFunctions(2, host);
      assertEquals(List.of("42"), program.finish());
      assertEquals(List.of("2"), user.finish());
      assertEquals(List.of("loader 41 42", "reduser 1 2"), host.finish());
    }
  }

  @Test
  void byCommThreadsAndRenamedProcessesAreTraced() throws Exception {
    Path named = new Toolchain(folder).gcc("named", NAMED, "-pthread");
    String spec = STEP.formatted("comm: other-name");
    for (String how : List.of("thread", "fork", "rename")) {
      try (RunningProgram earlier = RunningProgram.start(named, how)) {
        earlier.proceed();
        assertEquals("", earlier.line());
        try (TracedHost host = TracedHost.start(bpf, spec)) {
          assertEquals(1, host.session().functions(), how);
          earlier.proceed();
          assertEquals(List.of("other-name 7"), host.await(1));
        }
      }
      try (TracedHost host = TracedHost.start(bpf, spec);
          RunningProgram later = RunningProgram.start(named, how)) {
        later.proceed();
        assertEquals("", later.line());
        awaitFunctions(1, host);
        later.proceed();
        assertEquals(List.of("other-name 7"), host.await(1));
      }
    }
  }

  @Test
  void aLibraryThatNothingHasLoadedYetIsWaitedFor() throws Exception {
    Path hidden = Files.createDirectories(folder.resolve("late")).resolve("libwaited.so");
    Files.copy(plugin, hidden);
    try (TracedHost host = TracedHost.start(bpf, PLUG.formatted("", "libwaited.so"));
        RunningProgram program = RunningProgram.start(loader, hidden.toString())) {
      String notice = String.join(" ", host.notices());
      assertTrue(
          notice.startsWith(
              "Probe plug: waiting for a process that maps libwaited.so. No process uses a library"
                  + " libwaited.so and none is installed; "),
          notice);
      program.proceed();
      assertEquals("", program.line());
      awaitFunctions(1, host);
      assertEquals(List.of("42"), program.finish());
      assertEquals(List.of("loader 41 42"), host.finish());
    }
  }

  @Test
  void aLaterProcessWithoutTheFunctionIsTold() throws Exception {
    try (TracedHost host = TracedHost.start(bpf, STEP.formatted("comm: loader"));
        RunningProgram without = RunningProgram.start(loader, "x");
        RunningProgram again = RunningProgram.start(loader, "x")) {
      String reason = "Probe step: " + loader + " has no function step;";
      long end = System.nanoTime() + 10_000_000_000L;
      while (host.notices().size() < 2 && System.nanoTime() < end) {
        Thread.onSpinWait();
      }
      host.finish();
      assertEquals(
          1,
          host.notices().stream().filter(each -> each.startsWith(reason)).count(),
          () -> host.notices() + " of " + without.pid() + " and " + again.pid());
    }
  }

  /** A program prints its empty line before the tracer has seen what it mapped. */
  private static void awaitFunctions(int count, TracedHost host) {
    long end = System.nanoTime() + 10_000_000_000L;
    while (host.session().functions() < count && System.nanoTime() < end) {
      Thread.onSpinWait();
    }
    assertEquals(count, host.session().functions());
  }
}
