package dev.uprobe.agent.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

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

@KernelTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AutoTest {
  private static final String SOURCE =
      RunningProgram.PROLOGUE
          + """
          struct customer { const char *name; long id; };
          TRACED short charge(const char *customer, unsigned long cents) { return customer[0] + cents; }
          TRACED long refund(struct customer *who, int cents) { return who->id - cents; }
          TRACED int sell(int n) { return n; }
          TRACED int loan(int n) { return -n; }
          int main(void) {
            struct customer ada = {"ada", 7};
            ready(); charge("acme", 5); refund(&ada, 8); charge("bolt", 2000); sell(1); loan(2);
          }
          """;

  private final BpfEnvironment bpf;
  private Toolchain tools;
  private Path file;

  AutoTest() throws KernelException {
    this.bpf = BpfEnvironment.load();
  }

  @BeforeAll
  void compile(@TempDir Path folder) throws Exception {
    tools = new Toolchain(folder);
    file = tools.gcc("shop", SOURCE, "-g", "-O1");
  }

  @Test
  void typesAndNamesComeFromTheDebugInformation() throws Exception {
    assertEquals(
        List.of("charge(acme, 5) = 102", "charge(bolt, 2000) = 2098"),
        shown("symbol: charge, type: Call, message: 'charge({customer}, {cents}) = {return}'"));
    assertEquals(
        List.of("charge(customer=bolt, cents=2000)"),
        shown("symbol: charge, where: ['cents > 1000']").stream()
            .map(each -> each.replace("\"", ""))
            .toList());
    assertEquals(List.of("-1"), shown("symbol: refund, type: Return, message: '{return}'"));
  }

  @Test
  void functionsOfTheSameTypesShareAProbe() throws Exception {
    assertEquals(
        List.of("sell 1", "loan 2"), shown("symbols: [sell, loan], message: '{function} {n}'"));
  }

  @Test
  void aProgramThatStartsLaterTellsItsTypesThen() throws Exception {
    Path later =
        tools.gcc("later", SOURCE.replace("charge(\"acme\", 5)", "charge(\"late\", 5)"), "-g");
    String spec =
        "target: {host: {comm: later}}\nprobes:\n- {name: p, binary: %s, symbol: charge, signature: auto, message: '{customer}'}\n"
            .formatted(later);
    try (TracedHost host = TracedHost.start(bpf, spec);
        RunningProgram program = RunningProgram.start(later)) {
      program.finish();
      assertEquals(List.of("late", "bolt"), host.finish());
    }
  }

  @Test
  void whatTheDebugInformationDoesNotAllowIsTold() throws Exception {
    Path bare = tools.gcc("bare", SOURCE);
    assertEquals(
        "Probe p: %s has no debug information (DWARF); build it with -g, install its debug file,"
                .formatted(bare)
            + " or give a signature.",
        refusal(bare, "symbol: charge"));
    assertEquals(
        "Probe p: %s has functions of different types, charge, refund; trace them with"
                .formatted(file)
            + " separate probes, or give the arguments that they share as args.",
        refusal(file, "symbols: [charge, refund]"));
    assertEquals(
        "Probe p: %s: where[0]: column 1: nothing is named \"x\" here (known names: n, pid, tid, comm)"
                .formatted(file)
            + " (by its debug information the function is int32_t f(int32_t n)).",
        refusal(file, "symbol: sell, where: ['x > 1']"));
  }

  private List<String> shown(String probe) throws Exception {
    try (RunningProgram program = RunningProgram.start(file);
        TracedHost host = TracedHost.start(bpf, spec(file, probe))) {
      program.finish();
      return host.finish();
    }
  }

  private String refusal(Path of, String probe) {
    return assertThrows(TraceException.class, () -> TracedHost.start(bpf, spec(of, probe)).close())
        .getMessage();
  }

  private static String spec(Path of, String probe) {
    return "target: {host: {binary: %s}}\nprobes:\n- {name: p, binary: %s, signature: auto, %s}\n"
        .formatted(of, of, probe);
  }
}
