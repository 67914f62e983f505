package dev.uprobe.agent.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
class PlacesTest {
  private static final String SOURCE =
      RunningProgram.PROLOGUE
          + """
          TRACED int charge(int n) { return n + 1; }
          TRACED int refund(int n) { return n - 1; }
          int main(void) { ready(); charge(5); refund(7); charge(9); }
          """;

  private final BpfEnvironment bpf;
  private Toolchain tools;
  private Path file;

  PlacesTest() throws KernelException {
    this.bpf = BpfEnvironment.load();
  }

  @BeforeAll
  void compile(@TempDir Path folder) throws Exception {
    tools = new Toolchain(folder);
    file = tools.gcc("shop", SOURCE, "-O1", "-g");
  }

  @Test
  void aProbeSitsOnSeveralFunctions() throws Exception {
    assertEquals(
        List.of("charge 5", "refund 7", "charge 9"), shown(file, "symbols: [refund, charge]"));
    assertEquals(List.of("charge 5", "charge 9"), shown(file, "symbols: ['char*', charge]"));
  }

  @Test
  void anAddressIsAsNmShowsIt() throws Exception {
    for (String kind : List.of("-pie", "-no-pie")) {
      Path built = tools.gcc("shop" + kind, SOURCE, kind);
      assertEquals(
          List.of("charge 5", "charge 9"), shown(built, "address: " + address(built, "charge")));
    }
  }

  @Test
  void aStrippedProgramHasAddressesAllTheSame() throws Exception {
    String address = address(file, "refund");
    tools.run("strip", "-o", "stripped", file.toString());
    Path stripped = tools.folder().resolve("stripped");
    assertEquals(List.of(address + " 7"), shown(stripped, "address: " + address));
  }

  @Test
  void eventsNameAnInstructionInsideOfAFunctionByTheFunction() throws Exception {
    int second = secondInstruction("charge");
    String name = "charge+0x" + Integer.toHexString(second);
    assertEquals(List.of(name, name), names("symbol: charge, offset: " + second));
    long address = Long.decode(address(file, "charge")) + second;
    assertEquals(List.of(name, name), names("address: " + address));
  }

  @Test
  void aPlaceThatHasNoCodeIsTold() {
    assertEquals(
        "Probe p: %s has no code at address 0x0; give an address as `nm` and `objdump -d` show it,"
                .formatted(file)
            + " before the file is loaded.",
        refusal("address: 0"));
    assertEquals(
        "Probe p: An offset belongs to one function, and 2 functions of %s have this name;"
                .formatted(file)
            + " give address instead of symbol and offset.",
        refusal("symbol: '[cr][he]*[ed]', offset: 1"));
  }

  @Test
  void anOffsetBehindTheFunctionIsTold() throws Exception {
    String refusal = refusal("symbol: charge, offset: 400");
    assertTrue(
        refusal.matches(
            "Probe p: charge of "
                + file
                + " has only \\d+ bytes; give an offset below 0x[0-9a-f]+\\."),
        refusal);
  }

  @Test
  void aReturnProbeInsideOfAFunctionIsRefused() throws Exception {
    long address = Long.decode(address(file, "charge")) + secondInstruction("charge");
    assertEquals(
        "Probe p: %s names no function that begins at address 0x%x, and a return probe elsewhere"
                .formatted(file, address)
            + " would break the program; use type: Entry.",
        refusal("type: Return, address: " + address));
  }

  private String address(Path built, String function) throws Exception {
    String line =
        tools
            .run("nm", built.toString())
            .lines()
            .filter(each -> each.endsWith(" " + function))
            .findFirst()
            .orElseThrow();
    return "0x" + Long.toHexString(Long.parseLong(line.split(" ")[0], 16));
  }

  /** Returns how far a function's second instruction is behind its first. */
  private int secondInstruction(String function) throws Exception {
    List<Integer> addresses =
        tools
            .run(
                "objdump", "-d", "--no-show-raw-insn", "--disassemble=" + function, file.toString())
            .lines()
            .filter(each -> each.matches(" +[0-9a-f]+:\\t.*"))
            .map(each -> Integer.parseInt(each.strip().replaceFirst(":.*", ""), 16))
            .toList();
    return addresses.get(1) - addresses.get(0);
  }

  private List<String> shown(Path built, String place) throws Exception {
    return run(built, place + ", args: [{name: n, type: i32}], message: '{function} {n}'");
  }

  private List<String> names(String place) throws Exception {
    return run(file, place + ", message: '{function}'");
  }

  private List<String> run(Path built, String probe) throws Exception {
    try (RunningProgram program = RunningProgram.start(built);
        TracedHost host = TracedHost.start(bpf, spec(built, probe))) {
      program.finish();
      return host.finish();
    }
  }

  private String refusal(String probe) {
    return assertThrows(
            TraceException.class, () -> TracedHost.start(bpf, spec(file, probe)).close())
        .getMessage();
  }

  private static String spec(Path built, String probe) {
    return "target: {host: {binary: %s}}\nprobes:\n- {name: p, binary: %s, %s}\n"
        .formatted(built, built, probe);
  }
}
