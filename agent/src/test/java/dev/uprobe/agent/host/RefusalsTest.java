package dev.uprobe.agent.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.uprobe.agent.fixture.KernelTest;
import dev.uprobe.agent.fixture.RunningProgram;
import dev.uprobe.agent.fixture.Toolchain;
import dev.uprobe.agent.fixture.TracedHost;
import dev.uprobe.agent.fixture.Wording;
import dev.uprobe.agent.sys.libbpf.BpfEnvironment;
import dev.uprobe.agent.sys.libc.KernelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

@KernelTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RefusalsTest {
  private static final String SOURCE =
      RunningProgram.PROLOGUE
          + """
          TRACED int charge_card(int n) { return n; }
          TRACED int charge_cash(int n) { return -n; }
          int main(void) { ready(); printf("%d\\n", charge_card(1) + charge_cash(2)); }
          """;

  /** The kernel puts no probe on a privileged instruction. */
  private static final String HALTING =
      """
      __asm__(".globl charge_halt\\n.type charge_halt,@function\\ncharge_halt: hlt\\nret\\n"
              ".size charge_halt, .-charge_halt\\n");
      """;

  private static final int EM_AARCH64 = 183;
  private static final int E_MACHINE = 18;

  private final BpfEnvironment bpf;
  private Path folder;
  private Toolchain tools;
  private Path program;

  RefusalsTest() throws KernelException {
    this.bpf = BpfEnvironment.load();
  }

  @BeforeAll
  void compile(@TempDir Path temporary) throws Exception {
    folder = temporary;
    tools = new Toolchain(folder);
    program = tools.gcc("program", SOURCE);
  }

  @Test
  void anUnknownSymbolIsToldWithTheNearestOnes() throws Exception {
    assertEquals(
        "Probe p: %1$s has no function charge_cart; did you mean charge_card, charge_cash?"
                .formatted(program)
            + " `uprobe-agent symbols %1$s` lists all.".formatted(program),
        refusal(program, "symbol: charge_cart"));
  }

  @Test
  void aGlobThatMatchesNothingIsTold() throws Exception {
    assertEquals(
        "Probe p: %1$s has no function refund_*; `uprobe-agent symbols %1$s` lists all."
            .formatted(program),
        refusal(program, "symbol: refund_*"));
  }

  @Test
  void aFunctionThatTheCompilerChangedIsToldWithWhatItMadeOfIt() throws Exception {
    Path file =
        tools.gcc(
            "clones",
            """
            __attribute__((noipa)) static int pay(int n) __asm__("pay.isra.0");
            __attribute__((noipa)) static int pay(int n) { return n; }
            __attribute__((noipa)) static int audit(int n) __asm__("audit.part.0");
            __attribute__((noipa)) static int audit(int n) { return n; }
            __attribute__((noipa)) static int total(int n) __asm__("_ZN4Cart5totalEi.constprop.0");
            __attribute__((noipa)) static int total(int n) { return n; }
            int main(int argc, char **argv) { return pay(argc) + audit(argc) + total(argc); }
            """);
    assertEquals(
        "Probe p: %s has no function pay, the compiler made pay.isra.0 of it,".formatted(file)
            + " whose arguments may differ; probe it by this name.",
        refusal(file, "symbol: pay"));
    assertEquals(refusal(file, "symbol: pay"), refusal(file, "symbol: pay, signature: auto"));
    assertEquals(
        "Probe p: %s has no function Cart::total, the compiler made".formatted(file)
            + " _ZN4Cart5totalEi.constprop.0 of it, whose arguments may differ; probe it by this"
            + " name.",
        refusal(file, "symbol: 'Cart::total'"));
    assertEquals(
        "Probe p: %s has no function audit, the compiler built it into its callers".formatted(file)
            + " and kept only a part of it, audit.part.0; probe a caller, or that part by this"
            + " name.",
        refusal(file, "symbol: audit"));
    try (TracedHost host = TracedHost.start(bpf, spec(file, "symbols: [pay.isra.0, pay.*]"))) {
      assertEquals(1, host.session().functions());
    }
  }

  @Test
  void anExecutableThatIsGoneIsTold() throws Exception {
    Path file = tools.gcc("gone", SOURCE);
    try (RunningProgram running = RunningProgram.start(file)) {
      Files.delete(file);
      assertEquals(
          "Probe p: There is no file %s; check the path.".formatted(file),
          refusal("pid: " + running.pid(), "binary: %s, symbol: charge_card".formatted(file)));
      try (TracedHost host =
          TracedHost.start(bpf, spec("pid: " + running.pid(), "symbol: charge_card"))) {
        assertEquals(1, host.session().functions());
      }
    }
  }

  @Test
  void aFunctionThatNobodyHasChosenYetIsWaitedFor() throws Exception {
    Path file =
        tools.gcc(
            "chooses",
            RunningProgram.PROLOGUE
                + """
                static int one(void) { return 1; }
                static void *choose(void) { return one; }
                int number(void) __attribute__((ifunc("choose")));
                int main(void) { ready(); return number() - 1; }
                """);
    try (TracedHost host = TracedHost.start(bpf, spec("binary: " + file, "symbol: number"))) {
      assertEquals(0, host.session().functions());
      assertEquals(1, host.notices().size(), host.notices()::toString);
      Wording.check(host.notices());
    }
  }

  @Test
  void aMissingFileIsTold() throws Exception {
    assertEquals(
        "Probe p: There is no file /nowhere/program; check the path.",
        refusal("", "binary: /nowhere/program, symbol: func"));
    assertEquals(
        "target.host.binary: There is no file /nowhere/program; check the path.",
        refusal("binary: /nowhere/program", "symbol: func"));
  }

  @Test
  void aFileThatIsNoElfIsTold() throws Exception {
    Path text = Files.writeString(folder.resolve("text"), "#!/bin/sh\necho hello\n");
    assertEquals(
        "Probe p: "
            + text
            + " is not an ELF file but a script run by /bin/sh; name a program or a library.",
        refusal("", "binary: " + text + ", symbol: func"));
  }

  @Test
  void anotherArchitectureIsTold() throws Exception {
    byte[] bytes = Files.readAllBytes(program);
    bytes[E_MACHINE] = (byte) EM_AARCH64;
    Path file = Files.write(folder.resolve("arm"), bytes);
    assertEquals(
        "Probe p: " + file + " is for arm64, and this host is x86-64; give a file that runs here.",
        refusal("", "binary: " + file + ", symbol: charge_card"));
  }

  @Test
  @EnabledIfSystemProperty(named = "os.arch", matches = "amd64", disabledReason = "x86 assembly")
  void aFunctionThatTheKernelCannotProbeIsTold() throws Exception {
    Path file = tools.gcc("halting", SOURCE + HALTING);
    String sentence =
        "Probe p: the kernel cannot probe the first instruction of charge_halt in "
            + file
            + "; choose another function.";
    for (String type : List.of("Entry", "Return", "Call")) {
      assertEquals(sentence, refusal(file, "symbol: charge_halt, type: " + type));
    }
    long before = kernelObjects();
    try (RunningProgram running = RunningProgram.start(file);
        TracedHost host =
            TracedHost.start(bpf, spec(file, "symbol: charge_*, message: '{function}'"))) {
      assertEquals(List.of(sentence), List.copyOf(host.notices()));
      assertEquals(2, host.session().functions());
      assertTrue(kernelObjects() > before);
      running.finish();
      assertEquals(List.of("charge_card", "charge_cash"), host.finish());
    }
  }

  @Test
  void aMissingProcessIsTold() throws Exception {
    assertEquals(
        "target.host.pid: There is no process 4194304; is it still running?",
        refusal("pid: 4194304", "symbol: func"));
  }

  @Test
  void ofAnUnknownVersionOfGoOnlyEntriesAreSeen() throws Exception {
    Path table = Files.write(folder.resolve("table"), new byte[16]);
    Path file = tools.gcc("gopher", SOURCE);
    tools.run("objcopy", "--add-section", ".gopclntab=" + table, "gopher");
    for (String more :
        List.of("type: Return", "type: Call", "signature: 'int charge_card(int n)'")) {
      assertEquals(
          "Probe p: "
              + file
              + " has charge_card, a function of a Go version that is older than 1.18 or unknown, which"
              + " passes values differently; use type: Entry without arguments, or"
              + " build it with a newer Go.",
          refusal(file, "symbol: charge_card, " + more));
    }
    try (RunningProgram running = RunningProgram.start(file);
        TracedHost host =
            TracedHost.start(bpf, spec(file, "symbol: charge_card, message: 'hit'"))) {
      running.finish();
      assertEquals(List.of("hit"), host.finish());
    }
  }

  @Test
  void oneProbeThatCannotBeSetTakesTheOthersAway() throws Exception {
    assertEquals(
        "Probe bad: %1$s has no function nothing_like_it; `uprobe-agent symbols %1$s` lists all."
            .formatted(program),
        refusalOf(
            "target: {host: {binary: "
                + program
                + "}}\nprobes:\n- {name: good, symbol: charge_card}\n"
                + "- {name: bad, symbol: nothing_like_it}\n"));
  }

  private static String spec(Path file, String probe) {
    return spec("binary: " + file, probe);
  }

  private static String spec(String host, String probe) {
    return "target: {host: {" + host + "}}\nprobes:\n- {name: p, " + probe + "}\n";
  }

  private String refusal(Path file, String probe) throws Exception {
    return refusal("binary: " + file, probe);
  }

  private String refusal(String host, String probe) throws Exception {
    return refusalOf(spec(host, probe));
  }

  /** Nothing of the agent's may stay in the kernel: a link or a program is a descriptor of it. */
  private String refusalOf(String spec) throws Exception {
    long before = kernelObjects();
    TraceException refusal =
        assertThrows(TraceException.class, () -> TracedHost.start(bpf, spec).close());
    assertEquals(before, kernelObjects(), "links and programs after " + refusal.getMessage());
    Wording.check(List.of(refusal.getMessage()));
    return refusal.getMessage();
  }

  private static long kernelObjects() throws IOException {
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
      return descriptors.filter(RefusalsTest::isOfTheKernel).count();
    }
  }

  private static boolean isOfTheKernel(Path descriptor) {
    try {
      String target = Files.readSymbolicLink(descriptor).toString();
      return target.contains("bpf") || target.contains("perf_event");
    } catch (IOException e) {
      return false;
    }
  }
}
