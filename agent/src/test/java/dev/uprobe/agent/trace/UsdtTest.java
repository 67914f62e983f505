package dev.uprobe.agent.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.uprobe.agent.fixture.KernelTest;
import dev.uprobe.agent.fixture.RunningProgram;
import dev.uprobe.agent.fixture.Toolchain;
import dev.uprobe.agent.fixture.TracedHost;
import dev.uprobe.agent.libbpf.BpfEnvironment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Programs with static probes, as sys/sdt.h makes them. */
@KernelTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UsdtTest {
  private static final String SOURCE =
      "#define _SDT_HAS_SEMAPHORES 1\n"
          + RunningProgram.PROLOGUE
          + """
          #include <sys/sdt.h>
          __extension__ unsigned short shop_guarded_semaphore __attribute__((unused)) __attribute__((section(".probes")));
          #define shop_order_semaphore shop_guarded_semaphore
          #define shop_constants_semaphore shop_guarded_semaphore
          #define shop_real_semaphore shop_guarded_semaphore
          struct order { long pad; int cents; char customer[16]; };
          TRACED void order(struct order *all, long i, short small, unsigned char flag) {
            DTRACE_PROBE5(shop, order, all[i].customer, all[i].cents, i, small, flag);
            printf("order %s %d %ld %d %d\\n", all[i].customer, all[i].cents, i, small, flag);
          }
          TRACED void again(long i) {
            DTRACE_PROBE5(shop, order, "again", (int)-i, i * 2, (short)(i - 5), (unsigned char)(i + 250));
            printf("order again %d %ld %d %d\\n", (int)-i, i * 2, (short)(i - 5), (unsigned char)(i + 250));
          }
          TRACED void constants(void) { DTRACE_PROBE2(shop, constants, -7, 1L << 40); puts("constants -7 1099511627776"); }
          TRACED void guarded(int n) {
            if (shop_guarded_semaphore) { DTRACE_PROBE1(shop, guarded, n); printf("guarded %d\\n", n); }
          }
          TRACED void real(double d) { DTRACE_PROBE1(shop, real, d); }
          int main(void) {
            struct order all[4] = {{1, 100, "acme"}, {2, -200, "a b"}, {3, 300, ""}, {4, 2147483647, "last"}};
            guarded(1);
            ready();
            for (long i = 0; i < 4; i++) { order(all, i, (short)(-300 * i), (unsigned char)(250 + i)); again(i); }
            constants();
            guarded(2);
            real(1.5);
            return 0;
          }
          """;

  private final BpfEnvironment bpf;
  private Path file;
  private Path library;

  UsdtTest() throws Exception {
    this.bpf = BpfEnvironment.load();
  }

  @BeforeAll
  void compile(@TempDir Path folder) throws Exception {
    Toolchain tools = new Toolchain(folder);
    file = tools.gcc("shop", SOURCE, "-O2");
    String exceptions =
        RunningProgram.PROLOGUE
            + """
            int main() { ready(); for (int i = 0; i < 3; i++) { try { throw i; } catch (int n) { printf("caught %d\\n", n); } } }
            """;
    Path source = Files.writeString(folder.resolve("throws.cc"), exceptions);
    tools.run("g++", "-o", "throws", source.toString());
    library = folder.resolve("throws");
  }

  @Test
  void everyPlaceOfAProbeHasItsArgumentsWhereItsOwnNoteSays() throws Exception {
    String probe =
        """
        usdt: shop:order
          args: [{name: customer, type: string}, {name: cents, type: i32}, {name: i, type: i64}, {name: small, type: i16}, {name: flag, type: u8}]
          message: "order {customer} {cents} {i} {small} {flag}"
        """;
    try (RunningProgram program = RunningProgram.start(file);
        TracedHost host = TracedHost.start(bpf, spec(probe))) {
      List<String> told = program.finish();
      List<String> orders = told.stream().filter(each -> each.startsWith("order")).toList();
      assertEquals(8, orders.size());
      assertEquals(orders, host.finish());
    }
  }

  @Test
  void argumentsThatAreOnlyMentionedHaveTheSizeAndSignOfTheNote() throws Exception {
    assertEquals(
        List.of("constants -7 1099511627776"),
        messages("usdt: shop:constants\n  message: 'constants {arg1} {arg2}'"));
    assertEquals(
        List.of("shop:order -200 1"),
        messages(
            "usdt: shop:order\n  where: ['arg2 < -3', 'arg4 == -300']\n"
                + "  message: '{function} {arg2} {arg3}'"));
  }

  @Test
  void aProgramThatAsksWhetherItIsTracedIsToldSo() throws Exception {
    try (RunningProgram program = RunningProgram.start(file);
        TracedHost host =
            TracedHost.start(bpf, spec("usdt: shop:guarded\n  message: 'guarded {arg1}'"))) {
      assertTrue(program.finish().contains("guarded 2"));
      assertEquals(List.of("guarded 2"), host.finish());
    }
    try (RunningProgram program = RunningProgram.start(file)) {
      assertTrue(program.finish().stream().noneMatch(each -> each.startsWith("guarded")));
    }
  }

  @Test
  void aLibrarysProbeFires() throws Exception {
    String spec =
        """
        target: {host: {binary: %s}}
        probes:
        - {name: throw, binary: stdc++, usdt: "libstdcxx:throw", args: [{name: object, type: pointer}, {name: n, index: 1, value: "object->0", type: i32}], message: "throws {n}"}
        """
            .formatted(library)
            .replace(", {name: n, index: 1, value: \"object->0\", type: i32}", "")
            .replace("throws {n}", "throws {function}");
    try (RunningProgram program = RunningProgram.start(library);
        TracedHost host = TracedHost.start(bpf, spec)) {
      assertEquals(List.of("caught 0", "caught 1", "caught 2"), program.finish());
      assertEquals(List.of("throws libstdcxx:throw").get(0), host.finish().get(0));
      assertEquals(3, host.events().all().size());
    }
  }

  @Test
  void whatAProbeHasNotIsRefused() {
    assertRefused("usdt: shop:ordre", "did you mean shop:order");
    assertRefused(
        "usdt: shop:guarded\n  message: '{arg2}'", "has 1 arguments, and argument 2 is asked for");
    assertRefused("usdt: shop:real\n  message: '{arg1}'", "cannot be read");
  }

  private void assertRefused(String probe, String reason) {
    TraceException refusal =
        assertThrows(TraceException.class, () -> TracedHost.start(bpf, spec(probe)).close());
    assertTrue(refusal.getMessage().contains(reason), refusal.getMessage());
  }

  private List<String> messages(String probe) throws Exception {
    try (RunningProgram program = RunningProgram.start(file);
        TracedHost host = TracedHost.start(bpf, spec(probe))) {
      program.finish();
      return host.finish();
    }
  }

  private String spec(String probe) {
    return "target: {host: {binary: %s}}\nprobes:\n- name: p\n  %s\n"
        .formatted(file, probe.strip());
  }
}
