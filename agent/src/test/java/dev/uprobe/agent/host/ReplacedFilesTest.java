package dev.uprobe.agent.host;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.uprobe.agent.fixture.KernelTest;
import dev.uprobe.agent.fixture.RunningProgram;
import dev.uprobe.agent.fixture.Toolchain;
import dev.uprobe.agent.fixture.TracedHost;
import dev.uprobe.agent.sys.libbpf.BpfEnvironment;
import dev.uprobe.agent.sys.libc.KernelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Paths that come to lead to another file while they are traced, or have before. */
@KernelTest
class ReplacedFilesTest {
  private static final String STEPS =
      RunningProgram.PROLOGUE
          + """
          TRACED int step(int n) { return n; }
          int main(void) { for (int i = 1;; i++) { ready(); step(i * %d); } }
          """;

  private final BpfEnvironment bpf;
  @TempDir Path folder;
  private Toolchain tools;

  ReplacedFilesTest() throws KernelException {
    this.bpf = BpfEnvironment.load();
  }

  @BeforeEach
  void compile() throws Exception {
    folder = folder.toRealPath();
    tools = new Toolchain(folder);
    tools.gcc("v1", STEPS.formatted(1));
    tools.gcc("v2", STEPS.formatted(10), "-O1");
    tools.run("cp", "v1", "app");
  }

  /** By the target's binary, and by the probe's. */
  private List<String> specs(String name) {
    Path file = folder.resolve(name);
    String probe = "symbol: step, signature: int step(int n), message: '{n}'";
    return List.of(
        "target: {host: {binary: %s}}\nprobes:\n- {name: step, %s}\n".formatted(file, probe),
        "target: {host: {}}\nprobes:\n- {name: step, binary: %s, %s}\n".formatted(file, probe));
  }

  private static void call(RunningProgram program) throws Exception {
    program.proceed();
    program.line();
  }

  private static void awaitFunctions(int count, TracedHost host) {
    long end = System.nanoTime() + 10_000_000_000L;
    while (host.session().functions() < count && System.nanoTime() < end) {
      Thread.onSpinWait();
    }
    assertEquals(count, host.session().functions(), () -> host.notices().toString());
  }

  @Test
  void aProgramThatIsRebuiltIsTraced() throws Exception {
    for (String spec : specs("app")) {
      tools.run("sh", "-c", "rm -f app; cp v1 app");
      try (TracedHost host = TracedHost.start(bpf, spec);
          RunningProgram old = RunningProgram.start(folder.resolve("app"))) {
        tools.run("sh", "-c", "gcc -O1 -o app v2.c");
        awaitFunctions(2, host);
        try (RunningProgram fresh = RunningProgram.start(folder.resolve("app"))) {
          call(fresh);
        }
        call(old);
        assertEquals(List.of("10", "1"), host.finish(), spec);
      }
    }
  }

  /** The agent is busy with the programs that just started while the next version appears. */
  @Test
  void everyVersionIsTracedFromItsFirstCall() throws Exception {
    try (TracedHost host = TracedHost.start(bpf, specs("app").get(0))) {
      for (int i = 1; i <= 20; i++) {
        try (RunningProgram old = RunningProgram.start(folder.resolve("app"))) {
          tools.run("sh", "-c", "rm app; cp v2 app");
          awaitFunctions(i + 1, host);
          try (RunningProgram fresh = RunningProgram.start(folder.resolve("app"))) {
            call(fresh);
          }
          call(old);
        }
      }
      List<String> expected = new ArrayList<>(Collections.nCopies(40, "10"));
      expected.set(1, "1");
      assertEquals(expected, host.finish());
    }
  }

  private void assertFollows(String name, String change) throws Exception {
    for (String spec : specs(name)) {
      tools.run("sh", "-c", "rm -f app; cp v1 app; ln -sfn app current");
      try (TracedHost host = TracedHost.start(bpf, spec);
          RunningProgram old = RunningProgram.start(folder.resolve(name))) {
        tools.run("sh", "-c", change);
        awaitFunctions(2, host);
        try (RunningProgram fresh = RunningProgram.start(folder.resolve(name))) {
          call(fresh);
          call(old);
        }
        assertEquals(List.of("10", "1"), host.finish(), spec);
      }
    }
  }

  @Test
  void aProgramReplacedByRenameIsTracedFromItsFirstCall() throws Exception {
    assertFollows("app", "cp v2 app.new; mv app.new app");
  }

  @Test
  void aProgramBehindASwitchedLinkIsTraced() throws Exception {
    assertFollows("current", "ln -sfn v2 current");
  }

  @Test
  void aProgramIsTracedThatWasReplacedBeforeTheTracerCame() throws Exception {
    for (String spec : specs("app")) {
      try (RunningProgram old = RunningProgram.start(folder.resolve("app"))) {
        tools.run("sh", "-c", "cp v2 app.new; mv app.new app");
        try (TracedHost host = TracedHost.start(bpf, spec);
            RunningProgram fresh = RunningProgram.start(folder.resolve("app"))) {
          call(old);
          call(fresh);
          assertEquals(List.of("1", "10"), host.finish(), spec);
        }
      }
      tools.run("sh", "-c", "cp v1 app.new; mv app.new app");
    }
  }

  @Test
  void aProgramIsTracedWhoseFileIsGone() throws Exception {
    try (RunningProgram old = RunningProgram.start(folder.resolve("app"))) {
      Files.delete(folder.resolve("app"));
      try (TracedHost host = TracedHost.start(bpf, specs("app").get(0))) {
        call(old);
        tools.run("cp", "v2", "app");
        awaitFunctions(2, host);
        try (RunningProgram fresh = RunningProgram.start(folder.resolve("app"))) {
          call(fresh);
        }
        assertEquals(List.of("1", "10"), host.finish());
      }
    }
  }
}
