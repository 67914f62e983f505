package dev.uprobe.agent.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.uprobe.agent.fixture.KernelTest;
import dev.uprobe.agent.fixture.Toolchain;
import dev.uprobe.agent.fixture.TracedHost;
import dev.uprobe.agent.sys.libbpf.BpfEnvironment;
import dev.uprobe.agent.sys.libc.KernelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Files with probes that somebody writes to: same inode, other instructions. */
@KernelTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RewrittenFilesTest {
  /** Wherever the first version's function began, a breakpoint is in the midst of a constant. */
  private static final String VERSION =
      """
      #include <stdio.h>
      %s
      __attribute__((noipa)) int work(int n) { return n * %d; }
      int main(void) { %s return work(1) == %d ? 0 : 1; }
      """;

  private static final String CONSTANTS =
      """
      static unsigned long sum(void) { unsigned long s = 0, t;
      #define A __asm__ volatile("movabs $0x1111111111111111, %1\\n add %1, %0" : "+r"(s), "=r"(t));
      #define B A A A A A A A A
      B B B B B B B B return s; }
      """;

  private final BpfEnvironment bpf;
  private Toolchain tools;
  private Path folder;
  private Path one;
  private Path two;

  RewrittenFilesTest() throws KernelException {
    this.bpf = BpfEnvironment.load();
  }

  @BeforeAll
  void compile(@TempDir Path temporary) throws Exception {
    folder = temporary;
    tools = new Toolchain(folder);
    one = tools.gcc("one", VERSION.formatted("", 1, "", 1), "-O1");
    two =
        tools.gcc(
            "two",
            VERSION.formatted(CONSTANTS, 2, "if (sum() != 64 * 0x1111111111111111UL) return 2;", 2),
            "-O1");
  }

  private static String spec(Path file, String host) {
    return """
    target: {host: {%s}}
    probes:
    - {name: work, binary: %s, symbol: work, type: Call, message: "{return}"}
    """
        .formatted(host, file);
  }

  /** As cp does it: the file is truncated, and keeps its inode. */
  private static void overwrite(Path file, Path content) throws IOException {
    Files.write(file, Files.readAllBytes(content), StandardOpenOption.TRUNCATE_EXISTING);
  }

  private static void await(BooleanSupplier holds) {
    long end = System.nanoTime() + 20_000_000_000L;
    while (!holds.getAsBoolean() && System.nanoTime() < end) {
      Thread.onSpinWait();
    }
    assertTrue(holds.getAsBoolean());
  }

  private static int run(Path program) throws Exception {
    return new ProcessBuilder(program.toString()).inheritIO().start().waitFor();
  }

  @Test
  void theNewVersionRunsAndIsTraced() throws Exception {
    Path file = Files.copy(one, folder.resolve("app"));
    for (String host : List.of("", "binary: " + file)) {
      overwrite(file, one);
      try (TracedHost traced = TracedHost.start(bpf, spec(file, host))) {
        assertEquals(0, run(file));
        overwrite(file, two);
        await(() -> traced.session().functions() == 1 && !traced.notices().isEmpty());
        assertEquals(0, run(file));
        assertEquals(List.of("1", "2"), traced.finish());
        assertEquals(
            List.of(
                file
                    + " is being rewritten in place: its probes are removed until it is complete, and its"
                    + " functions are then looked up again."),
            List.copyOf(traced.notices()));
      }
    }
  }

  @Test
  void noVersionIsHurtThatRunsAtOnce() throws Exception {
    Path file = Files.copy(one, folder.resolve("often"));
    try (TracedHost traced = TracedHost.start(bpf, spec(file, ""))) {
      for (int i = 0; i < 25; i++) {
        tools.run("sh", "-c", "cp two often && ./often && cp one often && ./often");
      }
      assertTrue(!traced.notices().isEmpty());
    }
  }

  @Test
  void aVersionWithoutTheFunctionIsTold() throws Exception {
    Path file = Files.copy(one, folder.resolve("without"));
    Path other = tools.gcc("other", "int main(void) { return 0; }");
    try (TracedHost traced = TracedHost.start(bpf, spec(file, ""))) {
      overwrite(file, other);
      await(() -> traced.notices().stream().anyMatch(each -> each.contains("no function work")));
      assertEquals(0, traced.session().functions());
      overwrite(file, two);
      await(() -> traced.session().functions() == 1);
      assertEquals(0, run(file));
      assertEquals(List.of("2"), traced.finish());
    }
  }

  @Test
  void otherTimesAndModesAreNoChange() throws Exception {
    Path file = Files.copy(one, folder.resolve("touched"));
    try (TracedHost traced = TracedHost.start(bpf, spec(file, ""))) {
      tools.run("sh", "-c", "chmod 700 touched; ln touched linked; ./linked; rm linked; ./touched");
      assertEquals(List.of("1", "1"), traced.finish());
      assertEquals(List.of(), List.copyOf(traced.notices()));
    }
  }
}
