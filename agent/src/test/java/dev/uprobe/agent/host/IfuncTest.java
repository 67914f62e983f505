package dev.uprobe.agent.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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

/** libc has several strlen, and chooses one for the processor as a program starts. */
@KernelTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class IfuncTest {
  private static final String STRINGS =
      RunningProgram.PROLOGUE
          + """
          /* printf and puts would call strlen too. */
          static void print(const char *text) { while (*text) putchar(*text++); }
          int main(void) {
            size_t (*volatile length)(const char *) = strlen;
            const char *strings[] = {"traced:", "traced: one", "traced: a longer string, of 36 bytes"};
            ready();
            for (int i = 0; i < 3; i++) {
              size_t known = length(strings[i]);
              print(strings[i]);
              printf(" %zu\\n", known);
            }
          }
          """;
  private static final String EVERY_STRLEN =
      """
      target: {host: {}}
      probes:
      - {name: strlen, binary: %s, symbol: strlen, type: Call, signature: size_t strlen(const char *s), message: "{s} {return}"}
      """;

  private final BpfEnvironment bpf;
  private Toolchain tools;

  IfuncTest() throws KernelException {
    this.bpf = BpfEnvironment.load();
  }

  @BeforeAll
  void start(@TempDir Path folder) {
    tools = new Toolchain(folder);
  }

  @Test
  void strlenOfLibcShowsEachStringWithItsRealLength() throws Exception {
    Path file = tools.gcc("strings", STRINGS);
    try (TracedHost host = TracedHost.start(bpf, EVERY_STRLEN.formatted("c"));
        RunningProgram program = RunningProgram.start(file)) {
      List<String> truth = program.finish();
      assertEquals(3, truth.size());
      List<String> seen =
          host.finish().stream().filter(each -> each.startsWith("traced:")).toList();
      assertEquals(truth, seen);
    }
  }

  @Test
  void aProgramLinkedStaticallyIsTracedThoughItStartsLater() throws Exception {
    for (String kind : List.of("-static", "-static-pie")) {
      Path file = tools.gcc("strings" + kind, STRINGS, kind);
      try (TracedHost host = TracedHost.start(bpf, EVERY_STRLEN.formatted(file));
          RunningProgram program = RunningProgram.start(file)) {
        awaitAttached(host);
        List<String> truth = program.finish();
        List<String> seen =
            host.finish().stream().filter(each -> each.startsWith("traced:")).toList();
        assertEquals(truth, seen, kind);
      }
    }
  }

  @Test
  void lsShowsUpThoughItStartsLater() throws Exception {
    try (TracedHost host = TracedHost.start(bpf, EVERY_STRLEN.formatted("c"))) {
      tools.run("ls", "-l", "/");
      host.events().await(events -> events.stream().anyMatch(each -> each.comm().equals("ls")));
    }
  }

  @Test
  void theAgentItselfIsNeverReported() throws Exception {
    try (TracedHost host = TracedHost.start(bpf, EVERY_STRLEN.formatted("c"))) {
      for (int i = 0; i < 20; i++) {
        tools.run("true");
      }
      host.finish();
      List<Event> events = host.events().all();
      assertTrue(events.size() >= 20, "only " + events.size() + " events");
      int own = (int) ProcessHandle.current().pid();
      assertEquals(List.of(), events.stream().filter(each -> each.pid() == own).toList());
    }
  }

  /** A static program chooses its strlen while it starts, and the tracer reads the choice then. */
  private static void awaitAttached(TracedHost host) {
    long end = System.nanoTime() + 10_000_000_000L;
    while (host.session().functions() == 0 && System.nanoTime() < end) {
      Thread.onSpinWait();
    }
    assertEquals(1, host.session().functions());
  }
}
