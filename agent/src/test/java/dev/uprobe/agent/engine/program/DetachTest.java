package dev.uprobe.agent.engine.program;

import static dev.uprobe.agent.engine.program.TestProbes.drained;
import static dev.uprobe.agent.engine.program.TestProbes.plan;
import static dev.uprobe.agent.engine.program.TestProbes.selection;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.uprobe.agent.binary.elf.ElfFile;
import dev.uprobe.agent.binary.functions.FunctionTable;
import dev.uprobe.agent.engine.link.AttachedProbe;
import dev.uprobe.agent.engine.link.ProbeSet;
import dev.uprobe.agent.engine.locate.ProbeSite;
import dev.uprobe.agent.fixture.KernelTest;
import dev.uprobe.agent.fixture.RunningProgram;
import dev.uprobe.agent.fixture.Toolchain;
import dev.uprobe.agent.sys.libbpf.BpfEnvironment;
import dev.uprobe.agent.sys.libbpf.KernelFeatures;
import dev.uprobe.agent.sys.libc.KernelException;
import dev.uprobe.language.plan.ProbePlan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is sent while probes are taken off a program that calls their functions all the time. */
@KernelTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
class DetachTest {
  private static final int TIMES = 6;
  private static final String CALL =
      "symbol: leave, type: Call, signature: 'long leave(long n)', message: '{n} {return}',"
          + " limit: {eventsPerSecond: 0}";

  /** Every other call of {@code leave} leaves by longjmp, which returns nothing. */
  private static final String PROGRAM =
      RunningProgram.PROLOGUE
          + """
          #include <setjmp.h>
          static jmp_buf out;
          TRACED long leave(long n) { if (n % 2) longjmp(out, 1); return 7 * n + 3; }
          TRACED long stay(long n) { return 7 * n + 3; }
          int main(void) {
            static volatile long n;
            ready();
            for (;; n++) { if (!setjmp(out)) leave(n); stay(n); usleep(20); }
          }
          """;

  private final BpfEnvironment bpf;
  private Path file;

  DetachTest() throws KernelException {
    this.bpf = BpfEnvironment.load();
  }

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    file = new Toolchain(folder).gcc("leaves", PROGRAM, "-O2");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aReturnIsNeverPairedWithACallThatLeftInAnotherWay(boolean oneLinkEach) throws Exception {
    try (RunningProgram program = RunningProgram.start(file)) {
      program.proceed();
      for (int i = 0; i < TIMES; i++) {
        try (ProbeSet probes = new ProbeSet(bpf, features(oneLinkEach), 1 << 20)) {
          AttachedProbe probe = attach(probes, CALL, program);
          List<String> messages = await(probes, 100);
          probes.detach();
          messages.addAll(drained(probes));
          messages.forEach(DetachTest::assertRight);
          Counters counters = probe.counters();
          assertEquals(counters.hits(), counters.events() + counters.missed() + counters.lost());
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void nothingIsSentOnceAProbeHasLeftAFile(boolean oneLinkEach) throws Exception {
    try (RunningProgram program = RunningProgram.start(file);
        ProbeSet probes = new ProbeSet(bpf, features(oneLinkEach), 1 << 20)) {
      program.proceed();
      AttachedProbe probe = probes.add("test", plan(CALL), selection(program));
      for (int i = 0; i < TIMES; i++) {
        probe.attach("file", file.toString(), sites("leave"));
        List<String> messages = await(probes, 100);
        probe.detach("file");
        messages.addAll(drained(probes));
        messages.forEach(DetachTest::assertRight);
        assertEquals(List.of(), drained(probes));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theLastReturnComesWithItsEntry(boolean oneLinkEach) throws Exception {
    try (RunningProgram program = RunningProgram.start(file)) {
      program.proceed();
      for (int i = 0; i < TIMES; i++) {
        try (ProbeSet probes = new ProbeSet(bpf, features(oneLinkEach), 1 << 20)) {
          attach(probes, "symbol: stay, message: entry, limit: {eventsPerSecond: 0}", program);
          attach(
              probes,
              "symbol: stay, type: Return, message: return, limit: {eventsPerSecond: 0}",
              program);
          drained(probes);
          List<String> messages = await(probes, 400);
          probes.detach();
          messages.addAll(drained(probes));
          List<String> last = messages.subList(messages.size() - 100, messages.size());
          for (int at = 1; at < last.size(); at++) {
            assertTrue(!last.get(at).equals(last.get(at - 1)), last::toString);
          }
        }
      }
    }
  }

  private KernelFeatures features(boolean oneLinkEach) {
    return oneLinkEach ? new KernelFeatures(false, true, true, true) : bpf.features();
  }

  private static void assertRight(String message) {
    long n = Long.parseLong(message.split(" ")[0]);
    assertEquals(n + " " + (7 * n + 3), message);
  }

  private AttachedProbe attach(ProbeSet probes, String probe, RunningProgram program)
      throws Exception {
    ProbePlan plan = plan(probe);
    AttachedProbe attached = probes.add("test", plan, selection(program));
    attached.attach(file.toString(), sites(plan.place().text()));
    return attached;
  }

  private static List<String> await(ProbeSet probes, int count) {
    List<String> messages = new ArrayList<>();
    while (messages.size() < count) {
      probes.buffer().await();
      messages.addAll(drained(probes));
    }
    return messages;
  }

  private List<ProbeSite> sites(String symbol) throws IOException {
    try (ElfFile elf = ElfFile.open(file);
        FunctionTable functions = FunctionTable.of(elf)) {
      return functions.find(symbol).stream()
          .map(each -> new ProbeSite(each.name(), each.fileOffset()))
          .toList();
    }
  }
}
