package dev.uprobe.agent.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.uprobe.agent.events.model.CapturedValue;
import dev.uprobe.agent.events.model.Event;
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
class ValuesTest {
  private final BpfEnvironment bpf;
  private Toolchain tools;

  ValuesTest() throws KernelException {
    this.bpf = BpfEnvironment.load();
  }

  @BeforeAll
  void start(@TempDir Path folder) {
    tools = new Toolchain(folder);
  }

  @Test
  void wholeNumbersAreExactToTheirLimits() throws Exception {
    Path file =
        program(
            """
            TRACED void narrow(int8_t a, int16_t b, uint8_t c, uint16_t d) {}
            TRACED void wide(int32_t a, int64_t b, uint32_t c, uint64_t d) {}
            """,
            """
            narrow(-1, -2, 3, 4); narrow(INT8_MIN, INT16_MIN, UINT8_MAX, UINT16_MAX); narrow(INT8_MAX, INT16_MAX, 0, 0);
            wide(-1, -2, 3, 4); wide(INT32_MIN, INT64_MIN, UINT32_MAX, UINT64_MAX); wide(INT32_MAX, INT64_MAX, 0, 9007199254740993);
            """);
    List<String> expected =
        List.of(
            "-1 -2 3 4",
            "-128 -32768 255 65535",
            "127 32767 0 0",
            "-1 -2 3 4",
            "-2147483648 -9223372036854775808 4294967295 18446744073709551615",
            "2147483647 9223372036854775807 0 9007199254740993");
    assertEquals(
        expected,
        messages(
            file,
            """
            - {name: narrow, symbol: narrow, message: "{a} {b} {c} {d}",
               args: [{name: a, type: i8}, {name: b, type: i16}, {name: c, type: u8}, {name: d, type: u16}]}
            - {name: wide, symbol: wide, message: "{a} {b} {c} {d}",
               args: [{name: a, type: i32}, {name: b, type: i64}, {name: c, type: u32}, {name: d, type: u64}]}
            """));
    assertEquals(
        expected,
        messages(
            file,
            """
            - {name: narrow, symbol: narrow, message: "{a} {b} {c} {d}",
               signature: "void narrow(int8_t a, short b, unsigned char c, uint16_t d)"}
            - {name: wide, symbol: wide, message: "{a} {b} {c} {d}",
               signature: "void wide(int a, long long b, unsigned c, size_t d)"}
            """));
  }

  @Test
  void anArgumentIsAsWideAsItsTypeWhateverTheRegisterHolds() throws Exception {
    Path file = program("TRACED void raw(uint64_t a) {}", "raw(0xfedcba9876543210);");
    String probe =
        "- {name: p-%1$s, symbol: raw, message: \"{a}\", args: [{name: a, type: %1$s}]}\n";
    List<String> types =
        List.of("i8", "u8", "i16", "u16", "i32", "u32", "i64", "u64", "bool", "char", "pointer");
    StringBuilder probes = new StringBuilder();
    types.forEach(type -> probes.append(probe.formatted(type)));
    assertEquals(
        List.of(
            "-81985529216486896",
            "0xfedcba9876543210",
            "12816",
            "12816",
            "16",
            "16",
            "18364758544493064720",
            "1985229328",
            "1985229328",
            "\\x10",
            "true"),
        sorted(file, probes.toString()));
  }

  @Test
  void booleansCharactersAndPointersShowWhatTheyAre() throws Exception {
    Path file =
        program(
            "TRACED char *pick(bool flag, char letter, void *where) { return where; }",
            "pick(true, 'x', (void *)0xdeadbeef); pick(false, '\\n', NULL);");
    assertEquals(
        List.of("true x 0xdeadbeef 0xdeadbeef", "false \\n 0x0 0x0"),
        messages(
            file,
            """
            - {name: pick, symbol: pick, type: Call, message: "{flag} {letter} {where} {return}",
               signature: "void *pick(bool flag, char letter, void *where)"}
            """));
    assertEquals(
        List.of("true x 0xdeadbeef", "false \\n 0x0"),
        messages(
            file,
            """
            - {name: pick, symbol: pick, message: "{flag} {letter} {where}",
               args: [{name: flag, type: bool}, {name: letter, type: char}, {name: where, type: pointer}]}
            """));
  }

  @Test
  void returnValuesHaveTheirTypesToo() throws Exception {
    Path file =
        program(
            """
            TRACED int8_t small(void) { return -128; }
            TRACED uint64_t large(void) { return UINT64_MAX; }
            TRACED const char *text(void) { return "hello"; }
            TRACED bool yes(void) { return true; }
            """,
            "small(); large(); text(); yes();");
    assertEquals(
        List.of("-128", "18446744073709551615", "hell...", "hello", "true"),
        sorted(
            file,
            """
            - {name: small, symbol: small, type: Return, message: "{return}", returns: {type: i8}}
            - {name: large, symbol: large, type: Return, message: "{return}", signature: uint64_t large(void)}
            - {name: text, symbol: text, type: Return, message: "{return}", signature: const char *text(void)}
            - {name: cut, symbol: text, type: Return, message: "{return}", returns: {type: string, size: 4}}
            - {name: "yes", symbol: "yes", type: Call, message: "{return}", returns: {type: bool}}
            """));
  }

  @Test
  void aStringIsCutAtItsSizeAndMarked() throws Exception {
    Path file =
        program(
            "TRACED void say(const char *text) {}",
            """
            say(""); say("abc"); say("abcd"); say("abcde"); say("\\xff\\xfe"); say("a\\x1b[31m\\n");
            char *page = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
            munmap(page + 4096, 4096);
            say(strcpy(page + 4096 - 4, "end"));
            """);
    String probe =
        """
        - {name: say, symbol: say, message: "{text}", args: [{name: text, type: string, size: 4}]}
        """;
    assertEquals(
        List.of("", "abc", "abcd", "abcd...", "\\xff\\xfe", "a\\x1b[3...", "end"),
        messages(file, probe));
  }

  @Test
  void aStringOfASignatureHas64Bytes() throws Exception {
    Path file =
        program(
            "TRACED void say(const char *text) {}",
            "char text[66] = {0}; memset(text, 'x', 65); say(text); text[64] = 0; say(text);");
    assertEquals(
        List.of("x".repeat(64) + "...", "x".repeat(64)),
        messages(
            file,
            """
            - {name: say, symbol: say, message: "{text}", signature: void say(const char *text)}
            """));
  }

  @Test
  void theLargestStringsOfACallAreKeptWhole() throws Exception {
    Path file =
        program(
            "TRACED const char *two(const char *a, const char *b) { return b; }",
            """
            static char a[4097], b[4097]; memset(a, 'a', 4096); memset(b, 'b', 4096); two(a, b);
            """);
    assertEquals(
        List.of("a".repeat(4096) + " " + "b".repeat(4096) + " " + "b".repeat(4096)),
        messages(
            file,
            """
            - {name: two, symbol: two, type: Call, message: "{a} {b} {return}",
               args: [{name: a, type: string, size: 4096}, {name: b, type: string, size: 4096}],
               returns: {type: string, size: 4096}}
            """));
  }

  @Test
  void bytesAreAsManyAsTheirLengthArgumentSays() throws Exception {
    Path file =
        program(
            "TRACED void put(const void *data, int length) {}",
            "const char *data = \"\\x01\\x02\\x03\\x04\\x05\\x06\";"
                + "put(data, 2); put(data, 4); put(data, 5); put(data, 0); put(data, -1); put(NULL, 0);");
    assertEquals(
        List.of("0102", "01020304", "01020304...", "", "", ""),
        messages(
            file,
            """
            - {name: put, symbol: put, message: "{data}",
               args: [{name: data, type: bytes, size: 4, length: n}, {name: n, type: i32}]}
            """));
    assertEquals(
        List.of("0102 2", "01020304 4", "0102030405 5", " 0", " -1", " 0"),
        messages(
            file,
            """
            - {name: put, symbol: put, type: Call, message: "{data} {len}", signature: "void put(const void *data, int len)"}
            """));
    assertEquals(
        List.of("010203", "010203", "010203", "010203", "010203", "NULL"),
        messages(
            file,
            """
            - {name: put, symbol: put, message: "{data}", args: [{name: data, type: bytes, size: 3}]}
            """));
  }

  @Test
  void whatCannotBeReadSaysSoAndTheRestIsThere() throws Exception {
    Path file =
        program(
            "TRACED int bad(int a, const char *b, const void *c, int d) { return a + d; }",
            "bad(1, (char *)8, (void *)16, 4); bad(2, NULL, NULL, 5);");
    String spec =
        spec(
            file,
            """
        - {name: bad, symbol: bad, type: Call, message: "{a} {b} {c} {d} = {return}",
           args: [{name: a, type: i32}, {name: b, type: string}, {name: c, type: bytes, size: 8}, {name: d, type: i32}]}
        """);
    try (RunningProgram program = RunningProgram.start(file);
        TracedHost host = TracedHost.start(bpf, spec)) {
      program.finish();
      assertEquals(
          List.of("1 (unreadable) (unreadable) 4 = 5", "2 NULL NULL 5 = 7"), host.finish());
      Event first = host.events().all().get(0);
      CapturedValue.Unreadable text =
          assertInstanceOf(CapturedValue.Unreadable.class, first.values().get(1));
      assertTrue(text.reason().contains("could not be read"), text.reason());
    }
  }

  @Test
  void argumentsBehindTheRegistersComeFromTheStack() throws Exception {
    Path file =
        program(
            "TRACED long ten(long a, long b, long c, long d, long e, long f, long g, const char *h, int8_t i, uint64_t j)"
                + " { return a + g; }",
            "ten(1, 2, 3, 4, 5, 6, -7, \"eight\", -9, UINT64_MAX); ten(6, 5, 4, 3, 2, 1, 0, \"\", 1, 2);");
    List<String> expected =
        List.of("1 2 3 4 5 6 -7 eight -9 18446744073709551615", "6 5 4 3 2 1 0  1 2");
    String message = "{a} {b} {c} {d} {e} {f} {g} {h} {i} {j}";
    for (String type : List.of("Entry", "Call")) {
      assertEquals(
          expected,
          messages(
              file,
              """
              - {name: ten, symbol: ten, type: %s, message: "%s",
                 signature: "long ten(long a, long b, long c, long d, long e, long f, long g, const char *h, int8_t i, uint64_t j)"}
              """
                  .formatted(type, message)));
    }
    assertEquals(
        List.of("-7 -9", "0 1"),
        messages(
            file,
            """
            - {name: ten, symbol: ten, message: "{g} {i}",
               args: [{name: g, type: i64, index: 7}, {name: i, type: i8, index: 9}]}
            """));
  }

  private Path program(String functions, String calls) throws Exception {
    return tools.gcc(
        "program",
        RunningProgram.PROLOGUE + functions + "int main(void) { ready(); " + calls + " }",
        "-O2");
  }

  private static String spec(Path file, String probes) {
    return "target: {host: {binary: " + file + "}}\nprobes:\n" + probes;
  }

  private List<String> messages(Path file, String probes) throws Exception {
    try (RunningProgram program = RunningProgram.start(file);
        TracedHost host = TracedHost.start(bpf, spec(file, probes))) {
      program.finish();
      return host.finish();
    }
  }

  /** Of several probes on one function, the kernel runs any first. */
  private List<String> sorted(Path file, String probes) throws Exception {
    return messages(file, probes).stream().sorted().toList();
  }
}
