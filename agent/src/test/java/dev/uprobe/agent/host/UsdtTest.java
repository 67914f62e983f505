package dev.uprobe.agent.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.uprobe.agent.engine.program.Counters;
import dev.uprobe.agent.fixture.KernelTest;
import dev.uprobe.agent.fixture.RunningProgram;
import dev.uprobe.agent.fixture.Toolchain;
import dev.uprobe.agent.fixture.TracedHost;
import dev.uprobe.agent.sys.libbpf.BpfEnvironment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs with static probes as sys/sdt.h makes them, which say themselves what they pass. */
@KernelTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UsdtTest {

  /** What may be a program's own or a library's. */
  private static final String PROBES =
      RunningProgram.PROLOGUE
          + """
          #include <sys/sdt.h>
          struct order { long pad; int cents; char customer[16]; };
          struct sizes { int8_t a; uint8_t b; int16_t c; uint16_t d; int32_t e; uint32_t f; int64_t g; };
          struct sizes variable = {-100, 200, -30000, 60000, -2000000000, 4000000000u, -5000000000000};
          void order(struct order *all, long i, short small, unsigned char flag) {
            DTRACE_PROBE5(shop, order, all[i].customer, all[i].cents, i, small, flag);
            printf("order %s %d %ld %d %d\\n", all[i].customer, all[i].cents, i, small, flag);
          }
          void again(long i) {
            DTRACE_PROBE5(shop, order, "again", (int)-i, i * 2, (short)(i - 5), (unsigned char)(i + 250));
            printf("order again %d %ld %d %d\\n", (int)-i, i * 2, (short)(i - 5), (unsigned char)(i + 250));
          }
          #define TELL(v) printf("sizes %d %d %d %d %d %u %ld\\n", v a, v b, v c, v d, v e, v f, v g)
          TRACED static void registers(int8_t a, uint8_t b, int16_t c, uint16_t d, int32_t e, uint32_t f, int64_t g) {
            DTRACE_PROBE7(shop, sizes, a, b, c, d, e, f, g); TELL();
          }
          TRACED static void memory(struct sizes *s) {
            DTRACE_PROBE7(shop, sizes, s->a, s->b, s->c, s->d, s->e, s->f, s->g); TELL(s->);
          }
          TRACED static void variables(void) {
            DTRACE_PROBE7(shop, sizes, variable.a, variable.b, variable.c, variable.d, variable.e, variable.f, variable.g);
            TELL(variable.);
          }
          void sizes(void) {
            struct sizes least = {INT8_MIN, 0, INT16_MIN, 0, INT32_MIN, 0, INT64_MIN};
            struct sizes most = {INT8_MAX, UINT8_MAX, INT16_MAX, UINT16_MAX, INT32_MAX, UINT32_MAX, INT64_MAX};
            struct sizes each[] = {least, most, {-1, 1, -1, 1, -1, 1, -1}};
            for (int i = 0; i < 3; i++) {
              registers(each[i].a, each[i].b, each[i].c, each[i].d, each[i].e, each[i].f, each[i].g);
              memory(&each[i]);
            }
            variables();
          }
          void constants(void) {
            DTRACE_PROBE4(shop, constants, -7, 1L << 40, (unsigned char)255, (short)-1);
            puts("constants -7 1099511627776 255 -1");
          }
          """;

  private static final String MAIN =
      RunningProgram.PROLOGUE
          + """
          struct order { long pad; int cents; char customer[16]; };
          void order(struct order *all, long i, short small, unsigned char flag);
          void again(long i);
          void sizes(void);
          void constants(void);
          int main(void) {
            struct order all[4] = {{1, 100, "acme"}, {2, -200, "a b"}, {3, 300, ""}, {4, 2147483647, "last"}};
            ready();
            for (long i = 0; i < 4; i++) { order(all, i, (short)(-300 * i), (unsigned char)(250 + i)); again(i); }
            sizes();
            constants();
            return 0;
          }
          """;

  /** It says for each byte that it reads whether it is traced, as a program that waits may ask. */
  private static final String GUARDED =
      "#define _SDT_HAS_SEMAPHORES 1\n"
          + RunningProgram.PROLOGUE
          + """
          #include <sys/sdt.h>
          #define SEMAPHORE __extension__ unsigned short
          SEMAPHORE shop_guarded_semaphore __attribute__((section(".probes")));
          SEMAPHORE shop_other_semaphore __attribute__((section(".probes")));
          int main(void) {
            char byte;
            puts(""); fflush(stdout);
            for (int n = 1; read(0, &byte, 1) == 1; n++) {
              if (shop_guarded_semaphore) DTRACE_PROBE1(shop, guarded, n);
              if (shop_other_semaphore) DTRACE_PROBE1(shop, other, n);
              printf("%d %d\\n", shop_guarded_semaphore, shop_other_semaphore); fflush(stdout);
            }
            return 0;
          }
          """;

  private static final String THROWS =
      RunningProgram.PROLOGUE
          + """
          int main() { ready(); for (int i = 0; i < 3; i++) { try { throw i; } catch (int n) { printf("caught %d\\n", n); } } }
          """;

  private final BpfEnvironment bpf;
  private Path folder;

  UsdtTest() throws Exception {
    this.bpf = BpfEnvironment.load();
  }

  @BeforeAll
  void compile(@TempDir Path temporary) throws Exception {
    folder = temporary;
    Toolchain tools = new Toolchain(folder);
    Path main = Files.writeString(folder.resolve("main.c"), MAIN);
    tools.gcc("fixed", PROBES, main.toString(), "-O2", "-no-pie");
    tools.gcc("pie", PROBES, main.toString(), "-O2", "-fpie", "-pie");
    tools.gcc("unoptimized", PROBES, main.toString(), "-O0");
    Path library =
        tools.gcc("libshop.so", PROBES, "-O2", "-fpic", "-shared", "-Wl,-soname,libshop.so");
    tools.gcc("linked", MAIN, library.toString(), "-Wl,-rpath," + folder);
    tools.gcc("guarded", GUARDED, "-O2");
    tools.compile("g++", "throws", "cc", THROWS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"fixed", "pie", "unoptimized", "linked"})
  void everyPlaceOfAProbeHasItsArgumentsWhereItsOwnNoteSays(String program) throws Exception {
    String probe =
        """
        usdt: shop:order
          args: [{name: customer, type: string}, {name: cents, type: i32}, {name: i, type: i64}, {name: small, type: i16}, {name: flag, type: u8}]
          message: "order {customer} {cents} {i} {small} {flag}"
        """;
    assertTold(program, "order", probe, 8);
  }

  @ParameterizedTest
  @ValueSource(strings = {"fixed", "pie", "unoptimized", "linked"})
  void argumentsThatAreOnlyMentionedHaveTheSizeAndSignOfTheNote(String program) throws Exception {
    String sizes =
        "usdt: shop:sizes\n  message: 'sizes {arg1} {arg2} {arg3} {arg4} {arg5} {arg6} {arg7}'";
    assertTold(program, "sizes", sizes, 7);
    String constants = "usdt: shop:constants\n  message: 'constants {arg1} {arg2} {arg3} {arg4}'";
    assertTold(program, "constants", constants, 1);
  }

  @Test
  void conditionsCompareArgumentsOfStaticProbes() throws Exception {
    assertEquals(
        List.of("shop:order -200 1"),
        messages(
            "usdt: shop:order\n  where: ['arg2 < -3', 'arg4 == -300']\n"
                + "  message: '{function} {arg2} {arg3}'"));
    assertEquals(
        List.of("again 6"),
        messages(
            "usdt: shop:order\n  where: [\"who startsWith 'aga'\", 'n == 6']\n"
                + "  args: [{name: who, type: string}, {name: n, index: 3, type: u64}]\n"
                + "  message: '{who} {n}'"));
  }

  @Test
  void textAndBytesEndByTheLengthThatAStaticProbeGives() throws Exception {
    String probe =
        """
        usdt: shop:order
          args:
          - {name: text, index: 1, type: string, length: n}
          - {name: data, index: 1, type: bytes, length: n}
          - {name: n, index: 3, type: u64}
          where: ["n == 1 or n == 3"]
          message: "{text} {data}"
        """;
    assertEquals(List.of("a 61", "las 6c6173"), messages(probe));
  }

  @Test
  void aLimitSamplesHitsOfStaticProbes() throws Exception {
    try (RunningProgram program = start("fixed");
        TracedHost host =
            TracedHost.start(bpf, spec("fixed", "usdt: shop:order\n  limit: {sampleEvery: 4}"))) {
      program.finish();
      assertEquals(2, host.finish().size());
      assertEquals(new Counters(8, 2, 0, 6, 0, 0), host.counters("p"));
    }
  }

  @Test
  void argumentsOfStaticProbesAreCountedInTheKernel() throws Exception {
    String probe =
        """
        usdt: shop:order
          args: [{name: customer, type: string}, {name: cents, type: i32}]
          where: ["cents > 0"]
          aggregate: {histogram: cents, by: [customer]}
        """;
    try (RunningProgram program = start("pie");
        TracedHost host = TracedHost.start(bpf, spec("pie", probe))) {
      program.finish();
      host.finish();
      assertEquals(new Counters(8, 0, 5, 0, 0, 0), host.counters("p"));
      assertEquals(
          List.of(100L, 300L, 2147483647L),
          host.events().aggregates().stream()
              .map(each -> each.kept().max().orElseThrow())
              .sorted()
              .toList());
    }
  }

  @Test
  void aProgramIsToldThatItIsTracedForAsLongAsItIs() throws Exception {
    String guarded = "usdt: shop:guarded\n  message: 'guarded {arg1}'";
    try (RunningProgram program = start("guarded")) {
      assertEquals("0 0", answer(program));
      try (TracedHost host = TracedHost.start(bpf, spec("guarded", guarded))) {
        assertEquals("1 0", answer(program));
        assertEquals(List.of("guarded 2"), host.await(1));
        try (TracedHost second = TracedHost.start(bpf, spec("guarded", guarded));
            RunningProgram later = start("guarded")) {
          assertEquals("1 0", answer(program));
          assertEquals("1 0", answer(later));
          assertEquals(List.of("guarded 3", "guarded 1"), second.await(2));
        }
        assertEquals("1 0", answer(program));
        assertEquals(List.of("guarded 2", "guarded 3", "guarded 1", "guarded 4"), host.finish());
      }
      assertEquals("0 0", answer(program));
    }
  }

  @Test
  void aLibrarysProbeFires() throws Exception {
    String probe =
        """
        binary: stdc++
          usdt: libstdcxx:throw
          args: [{name: object, type: pointer}, {name: n, value: "*object", type: i32}, {name: type, value: "arg2->8", type: string}]
          message: "throws {n} of {type}"
        """;
    try (RunningProgram program = start("throws");
        TracedHost host = TracedHost.start(bpf, spec("throws", probe))) {
      assertEquals(List.of("caught 0", "caught 1", "caught 2"), program.finish());
      assertEquals(List.of("throws 0 of i", "throws 1 of i", "throws 2 of i"), host.finish());
    }
  }

  @Test
  void whatAProbeHasNotIsRefused() {
    assertRefused("usdt: shop:ordre", "did you mean shop:order");
    assertRefused(
        "usdt: shop:sizes\n  message: '{arg8}'", "has 7 arguments, so there is no argument 8");
    assertRefused(
        "usdt: shop:sizes\n  where: [arg2 < 0]",
        "has as its argument 2 an unsigned number of 8 bits, so a condition of where never holds");
    assertRefused(
        "usdt: shop:sizes\n  where: [arg3 == 40000]",
        "has as its argument 3 a signed number of 16 bits, so a condition of where never holds");
  }

  private void assertTold(String program, String start, String probe, int count) throws Exception {
    try (RunningProgram running = start(program);
        TracedHost host = TracedHost.start(bpf, spec(program, probe))) {
      List<String> told = running.finish().stream().filter(each -> each.startsWith(start)).toList();
      assertEquals(count, told.size());
      assertEquals(told, host.finish());
    }
  }

  private void assertRefused(String probe, String reason) {
    TraceException refusal =
        assertThrows(
            TraceException.class, () -> TracedHost.start(bpf, spec("fixed", probe)).close());
    assertTrue(refusal.getMessage().contains(reason), refusal.getMessage());
  }

  private List<String> messages(String probe) throws Exception {
    try (RunningProgram program = start("fixed");
        TracedHost host = TracedHost.start(bpf, spec("fixed", probe))) {
      program.finish();
      return host.finish();
    }
  }

  private static String answer(RunningProgram program) throws Exception {
    program.proceed();
    return program.line();
  }

  private RunningProgram start(String program) throws Exception {
    return RunningProgram.start(folder.resolve(program));
  }

  /** The probes of the program that is linked to a library are in that. */
  private String spec(String program, String probe) {
    String binary =
        program.equals("linked") ? "binary: " + folder.resolve("libshop.so") + "\n  " : "";
    return "target: {host: {binary: %s}}\nprobes:\n- name: p\n  %s%s\n"
        .formatted(folder.resolve(program), binary, probe.strip());
  }
}
