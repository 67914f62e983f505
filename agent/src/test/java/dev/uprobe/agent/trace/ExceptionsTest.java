package dev.uprobe.agent.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.uprobe.agent.fixture.KernelTest;
import dev.uprobe.agent.fixture.Toolchain;
import dev.uprobe.agent.fixture.TracedHost;
import dev.uprobe.agent.libbpf.BpfEnvironment;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Exceptions pass functions that are probed, and must find their way. */
@KernelTest
class ExceptionsTest {
  private static final String SOURCE =
      """
      #include <cstdio>
      extern "C" __attribute__((noipa)) int thrower(int n) { if (n > 1) throw n; return n; }
      int main() { try { thrower(1); thrower(2); } catch (int n) { std::printf("caught %d\\n", n); } }
      """;

  @TempDir Path folder;

  @Test
  void anEntryProbeLetsThemPass() throws Exception {
    Path program = compile();
    try (TracedHost host = TracedHost.start(BpfEnvironment.load(), spec(program, "Entry"))) {
      assertEquals("caught 2\n", new Toolchain(folder).run(program.toString()));
      assertEquals(2, host.await(2).size());
    }
  }

  @Test
  void aReturnProbeWouldEndTheProgramAndIsRefused() throws Exception {
    Path program = compile();
    for (String type : new String[] {"Return", "Call"}) {
      TraceException refusal =
          assertThrows(
              TraceException.class,
              () -> TracedHost.start(BpfEnvironment.load(), spec(program, type)));
      assertTrue(
          refusal.getMessage().contains("uses exceptions (C++) or panics (Rust)"),
          refusal.getMessage());
    }
    assertEquals("caught 2\n", new Toolchain(folder).run(program.toString()));
  }

  private Path compile() throws Exception {
    Path source = Files.writeString(folder.resolve("thrower.cc"), SOURCE);
    new Toolchain(folder).run("g++", "-O1", "-o", "thrower", source.toString());
    return folder.resolve("thrower");
  }

  private static String spec(Path program, String type) {
    return """
        target: {host: {}}
        probes:
        - {name: p, binary: %s, symbol: thrower, type: %s, signature: int thrower(int n)}
        """
        .formatted(program, type);
  }
}
