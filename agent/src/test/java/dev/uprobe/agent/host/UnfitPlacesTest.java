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
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Instructions that the kernel would probe, and that would break the program. */
@KernelTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@EnabledIfSystemProperty(named = "os.arch", matches = "amd64", disabledReason = "x86 assembly")
class UnfitPlacesTest {
  private static final int CALLS = 300;
  private static final String SOURCE =
      RunningProgram.PROLOGUE
          + """
          #include <sys/sdt.h>
          #undef _SDT_NOP
          #define _SDT_NOP .nops 5
          #define FUNCTION(name, code) __asm__(".globl " name "\\n.type " name ",@function\\n" name ": " code "\\nret\\n.size " name ", .-" name "\\n")
          FUNCTION("keep_flags", "pushfq; lea 1(%rdi), %eax; popfq");
          FUNCTION("copy", "rep movsb; mov %rdi, %rax");
          FUNCTION("below", "mov %edi, -4(%rsp); .nops 5; mov -4(%rsp), %eax");
          FUNCTION("above", "sub $24, %rsp; .nops 5; mov %edi, 4(%rsp); mov 4(%rsp), %eax; add $24, %rsp");
          FUNCTION("first", ".nops 5; mov %edi, -4(%rsp); mov -4(%rsp), %eax");
          int keep_flags(int), below(int), above(int), first(int);
          char *copy(char *to, const char *from, int unused, size_t n);
          TRACED int leaf(int n) { volatile int kept[4] = {n, n, n, n}; STAP_PROBE1(shop, leaf, n); return kept[n & 3]; }
          TRACED int caller(int n) { volatile int kept[4] = {n, n, n, n}; STAP_PROBE1(shop, caller, n); return above(kept[n & 3]) + 1; }
          int main(void) {
            ready();
            int wrong = 0;
            for (int n = 0; n < 300; n++) {
              wrong += below(n) != n || above(n) != n || first(n) != n || leaf(n) != n || caller(n) != n + 1;
              wrong += keep_flags(n) != n + 1;
            }
            printf("%d wrong\\n", wrong);
          }
          """;

  private final BpfEnvironment bpf;
  private Path file;

  UnfitPlacesTest() throws KernelException {
    this.bpf = BpfEnvironment.load();
  }

  @BeforeAll
  void compile(@TempDir Path folder) throws Exception {
    file = new Toolchain(folder).gcc("places", SOURCE, "-O2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Entry", "Return", "Call"})
  void aFunctionThatBeginsBySavingTheFlagsIsRefused(String type) {
    assertEquals(
        "Probe p: in "
            + file
            + ", keep_flags begins with an instruction that saves the processor's flags, including the"
            + " single-step flag; choose other functions, or use type: Entry.",
        refusal("symbol: keep_flags, type: " + type));
  }

  @Test
  void aFunctionThatBeginsWithARepeatedInstructionIsRefused() {
    String refusal = refusal("symbol: copy");
    assertTrue(refusal.contains("copy begins with an instruction that repeats itself"), refusal);
  }

  @Test
  void aLongNopIsRefusedWhereTheFunctionKeepsDataBelowItsStack() {
    for (String place : List.of("symbol: below, offset: 4", "usdt: shop:leaf")) {
      String refusal = refusal(place);
      assertTrue(refusal.contains("(a NOP of five bytes)"), refusal);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"symbol: above, offset: 4", "symbol: first", "usdt: shop:caller"})
  void aLongNopElsewhereIsProbedAndDisturbsNothing(String place) throws Exception {
    try (RunningProgram program = RunningProgram.start(file);
        TracedHost host = TracedHost.start(bpf, spec(place + ", message: hit"))) {
      assertEquals(List.of("0 wrong"), program.finish());
      int each = place.contains("above") ? 2 : 1;
      assertEquals(each * CALLS, host.finish().size());
    }
  }

  private String refusal(String probe) {
    return assertThrows(TraceException.class, () -> TracedHost.start(bpf, spec(probe)).close())
        .getMessage();
  }

  private String spec(String probe) {
    return "target: {host: {binary: %s}}\nprobes:\n- {name: p, %s}\n".formatted(file, probe);
  }
}
