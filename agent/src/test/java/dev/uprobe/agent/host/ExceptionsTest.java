package dev.uprobe.agent.host;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.uprobe.agent.engine.program.Counters;
import dev.uprobe.agent.events.text.MessageRenderer;
import dev.uprobe.agent.fixture.KernelTest;
import dev.uprobe.agent.fixture.RunningProgram;
import dev.uprobe.agent.fixture.Toolchain;
import dev.uprobe.agent.fixture.TracedHost;
import dev.uprobe.agent.sys.libbpf.BpfEnvironment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Exceptions pass functions that are probed, and must find their way. */
@KernelTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ExceptionsTest {
  private static final String SOURCE =
      RunningProgram.PROLOGUE
          + """
          extern "C" {
          TRACED int thrower(int n) { if (n % 3 == 2) throw n; return n; }
          TRACED int catcher(int n) { try { return thrower(n); } catch (int caught) { return -caught; } }
          TRACED int deep(int n) { char space[100]; memset(space, n, sizeof space); return n ? deep(n - 1) + space[n] : thrower(2); }
          TRACED int choose(int n) {
            switch (n) {
              case 0: return 17; case 1: return puts("one") + n; case 2: return -5; case 3: return getpid() > 0;
              case 4: return 8; case 5: return 99; case 6: return 1; case 7: return 2;
              default: return 3;
            }
          }
          TRACED int tail(int n) { return thrower(n + 1); }
          TRACED int tail_through(int (*f)(int), int n) { return f(n + 1); }
          }
          int main() {
            ready();
            for (int n = 0; n < 6; n++) printf("catcher(%d) = %d\\n", n, catcher(n));
            for (int n = 0; n < 6; n++) { try { tail(n); tail_through(thrower, n); } catch (int) {} }
            for (int n = 0; n < 20; n++) { try { deep(n); } catch (int) { printf("passed %d\\n", n); } }
            for (int n = 0; n < 9; n++) printf("choose(%d) = %d\\n", n, choose(n));
          }
          """;

  private final BpfEnvironment bpf;
  private Path file;

  ExceptionsTest() throws Exception {
    this.bpf = BpfEnvironment.load();
  }

  @BeforeAll
  void compile(@TempDir Path folder) throws Exception {
    Path source = Files.writeString(folder.resolve("thrower.cc"), SOURCE);
    new Toolchain(folder).run("g++", "-O2", "-o", "thrower", source.toString());
    file = folder.resolve("thrower");
  }

  @Test
  void callsAndReturnsAreSeenAndExceptionsPassUnharmed() throws Exception {
    String spec =
        """
        target: {host: {}}
        probes:
        - {name: entry, binary: %1$s, symbol: thrower, signature: int thrower(int n)}
        - {name: thrower, binary: %1$s, symbol: thrower, type: Return, signature: int thrower(int n), message: "thrower {return}"}
        - {name: catcher, binary: %1$s, symbol: catcher, type: Call, signature: int catcher(int n), message: "catcher({n}) = {return}"}
        - {name: deep, binary: %1$s, symbol: deep, type: Call, signature: int deep(int n)}
        - {name: choose, binary: %1$s, symbol: choose, type: Call, signature: int choose(int n), message: "choose({n}) = {return}"}
        """
            .formatted(file);
    try (RunningProgram program = RunningProgram.start(file);
        TracedHost host = TracedHost.start(bpf, spec)) {
      List<String> told = program.finish();
      host.finish();
      assertEquals(told(told, "passed"), told("passed", 20));
      assertEquals(told(told, "catcher"), messages(host, "catcher"));
      assertEquals(told(told, "choose"), messages(host, "choose"));
      assertEquals(new Counters(6, 6, 0, 0, 0, 0), host.counters("catcher"));
      // Six by catcher, six by tail, four of which are followed by one more, twenty by deep.
      assertEquals(6 + 6 + 4 + 20, host.counters("entry").events());
      assertEquals(4 + 4 + 4, host.counters("thrower").events());
    }
  }

  @Test
  void aCallThatLeavesByAnExceptionIsNoLongerThereForTheNextOne() throws Exception {
    String spec =
        """
        target: {host: {}}
        probes:
        - {name: thrower, binary: %s, symbol: thrower, type: Call, signature: int thrower(int n), message: "{n} {return}"}
        """
            .formatted(file);
    try (RunningProgram program = RunningProgram.start(file);
        TracedHost host = TracedHost.start(bpf, spec)) {
      program.finish();
      for (String each : host.finish()) {
        String[] numbers = each.split(" ");
        assertEquals(numbers[0], numbers[1], "thrower returns its argument, if it does");
      }
      Counters counters = host.counters("thrower");
      assertEquals(36, counters.hits());
      assertEquals(12, counters.events());
      assertEquals(24, counters.missed());
    }
  }

  @Test
  void aTailCallReturnsWithTheFunctionThatItJumpsTo() throws Exception {
    String spec =
        """
        target: {host: {}}
        probes:
        - {name: call, binary: %1$s, symbol: tail, type: Call, signature: int tail(int n), message: "tail({n}) = {return}"}
        - {name: return, binary: %1$s, symbol: tail, type: Return, returns: {type: i32}, message: "tail returns {return}"}
        """
            .formatted(file);
    try (RunningProgram program = RunningProgram.start(file);
        TracedHost host = TracedHost.start(bpf, spec)) {
      program.finish();
      host.finish();
      assertEquals(
          List.of("tail(0) = 1", "tail(2) = 3", "tail(3) = 4", "tail(5) = 6"),
          messages(host, "tail("));
      assertEquals(
          List.of("tail returns 1", "tail returns 3", "tail returns 4", "tail returns 6"),
          messages(host, "tail returns"));
      assertEquals(new Counters(6, 4, 0, 0, 0, 2), host.counters("call"));
    }
  }

  @Test
  void aTailCallThatIsOnlyKnownWhenItRunsHasNoReturnAndSaysWhy() throws Exception {
    String spec =
        """
        target: {host: {}}
        probes:
        - {name: call, binary: %1$s, symbol: tail_through, type: Call, args: [{name: n, index: 2, type: i32}], returns: {type: i32}, message: "{n} {return}"}
        - {name: none, binary: %1$s, symbol: tail_through, type: Call, returns: {type: i32}, where: ["return != 12345"]}
        - {name: slow, binary: %1$s, symbol: tail_through, type: Call, where: ["duration > 0ns"], message: "any"}
        """
            .formatted(file);
    try (RunningProgram program = RunningProgram.start(file);
        TracedHost host = TracedHost.start(bpf, spec)) {
      program.finish();
      host.finish();
      assertEquals(
          List.of("0 (not seen)", "2 (not seen)", "3 (not seen)", "5 (not seen)"),
          host.events().all().stream()
              .filter(each -> each.probe().plan().name().equals("call"))
              .map(MessageRenderer::render)
              .toList());
      assertEquals(
          "left by a jump to a function that is only known at run time, a tail call whose return is"
              + " not seen",
          host.events().all().stream()
              .filter(each -> each.probe().plan().name().equals("call"))
              .findFirst()
              .flatMap(each -> each.values().get(1).missing())
              .orElseThrow());
      assertEquals(new Counters(4, 0, 4, 0, 0, 0), host.counters("none"));
      assertEquals(4, host.counters("slow").events());
    }
  }

  private static List<String> messages(TracedHost host, String start) {
    return told(host.events().all().stream().map(MessageRenderer::render).toList(), start);
  }

  private static List<String> told(List<String> lines, String start) {
    return lines.stream().filter(each -> each.startsWith(start)).toList();
  }

  private static List<String> told(String word, int count) {
    return IntStream.range(0, count).mapToObj(each -> word + " " + each).toList();
  }
}
