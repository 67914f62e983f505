package dev.uprobe.agent.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.uprobe.agent.engine.program.Counters;
import dev.uprobe.agent.events.model.CapturedValue;
import dev.uprobe.agent.fixture.KernelTest;
import dev.uprobe.agent.fixture.RunningProgram;
import dev.uprobe.agent.fixture.Toolchain;
import dev.uprobe.agent.fixture.TracedHost;
import dev.uprobe.agent.sys.libbpf.BpfEnvironment;
import dev.uprobe.agent.sys.libc.KernelException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What arguments and return values point to, at the entry and at the return. */
@KernelTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MemoryTest {
  private static final String ORDERS =
      """
      struct customer { long id; const char *name; char code[8]; };
      struct order { struct order *next; struct customer *customer; int cents; short tags[3]; double rate; };
      static struct customer acme = {7, "acme", "AC-1"}, globex = {-8, "globex", "GX-2"};
      static struct order second = {NULL, &globex, -250, {4, 5, -6}, 0.125};
      static struct order first = {&second, &acme, 1999, {1, 2, 3}, 2.5};
      """;

  private final BpfEnvironment bpf;
  private Toolchain tools;

  MemoryTest() throws KernelException {
    this.bpf = BpfEnvironment.load();
  }

  @BeforeAll
  void start(@TempDir Path folder) {
    tools = new Toolchain(folder);
  }

  @Test
  void aPathFollowsPointersToNumbersAndStrings() throws Exception {
    Path file =
        program(
            ORDERS + "TRACED int charge(int n, struct order *order) { return n; }",
            "charge(1, &first); charge(2, &second); charge(3, NULL);");
    String args =
        """
        args:
        - {name: n, type: i32}
        - {name: order, type: pointer}
        - {name: cents, type: i32, value: order->16}
        - {name: name, type: string, value: arg2->8->8}
        - {name: code, type: string, value: "(arg2->8) + 16"}
        - {name: id, type: i64, value: "*(*(arg2 + 8))"}
        - {name: next, type: i32, value: arg2->0->16}
        - {name: tag, type: i16, value: "(arg2 + 20)->4"}
        - {name: rate, type: f64, value: arg2->32}
        """;
    for (String type : List.of("Entry", "Call")) {
      assertEquals(
          List.of(
              "1 1999 acme AC-1 7 -250 3 2.5",
              "2 -250 globex GX-2 -8 (unreadable) -6 0.125",
              "3 (unreadable) (unreadable) (unreadable) (unreadable) (unreadable) (unreadable)"
                  + " (unreadable)"),
          messages(
              file,
              probe("charge", type, args, "{n} {cents} {name} {code} {id} {next} {tag} {rate}")));
    }
  }

  @Test
  void aPathBeginsAtTheReturnValueToo() throws Exception {
    Path file =
        program(
            ORDERS
                + "TRACED struct order *pick(int n) { return n == 1 ? &first : n == 2 ? &second : NULL; }",
            "pick(1); pick(2); pick(3);");
    for (String type : List.of("Return", "Call")) {
      assertEquals(
          List.of("1999 acme", "-250 globex", "(unreadable) (unreadable)"),
          messages(
              file,
              probe(
                  "pick",
                  type,
                  "args: [{name: cents, type: i32, value: return->16}]\n"
                      + "returns: {type: string, value: return->8->8}",
                  "{cents} {return}")));
    }
  }

  @Test
  void pathsAreComparedInConditions() throws Exception {
    Path file =
        program(
            ORDERS + "TRACED int charge(struct order *order) { return order->cents; }",
            "charge(&first); charge(&second);");
    String args =
        """
        args:
        - {name: cents, type: i32, value: arg1->16}
        - {name: name, type: string, value: arg1->8->8}
        - {name: next, type: pointer, value: arg1->0}
        where: ["%s"]
        """;
    for (String type : List.of("Entry", "Call")) {
      for (String second :
          List.of("cents < 0", "name == 'globex'", "next == NULL", "name endsWith 'ex'")) {
        assertEquals(
            List.of("-250 globex"),
            messages(file, probe("charge", type, args.formatted(second), "{cents} {name}")),
            second);
      }
    }
    assertEquals(
        List.of("1999 acme"),
        messages(
            file,
            probe(
                "charge",
                "Call",
                "returns: {type: i32}\n" + args.formatted("name == 'acme' or return > 5000"),
                "{cents} {name}")));
  }

  @Test
  void aCallShowsWhatTheFunctionFillsIn() throws Exception {
    Path file =
        program(
            """
            TRACED long fill(int n, char *buffer, unsigned long size, unsigned long *written) {
              if (n == 3) return -1;
              for (unsigned long i = 0; i < size; i++) buffer[i] = 'a' + i % 26;
              *written = size * 2;
              return size;
            }
            """,
            """
            static char buffer[100]; unsigned long written = 77;
            strcpy(buffer, "before");
            fill(1, buffer, 4, &written); fill(2, buffer, 10, &written); fill(3, buffer, 10, &written); fill(4, buffer, 0, &written);
            """);
    assertEquals(
        List.of(
            "before -> abcd (abcd) abcdre; 8 = 4",
            "abcdre -> abcdefgh... (abcdefgh...) abcdefghij; 20 = 10",
            "abcdefghij ->  () abcdefghij; 20 = -1",
            "abcdefghij ->  () abcdefghij; 0 = 0"),
        messages(
                file,
                probe(
                    "fill",
                    "Call",
                    """
                    returns: {type: i64}
                    args:
                    - {name: n, type: i32}
                    - {name: before, type: string, index: 2}
                    - {name: size, type: u64, index: 3}
                    - {name: filled, type: bytes, size: 8, index: 2, at: return, length: return}
                    - {name: same, type: bytes, size: 8, index: 2, at: return, length: result}
                    - {name: after, type: string, index: 2, at: return}
                    - {name: written, type: u64, value: "*arg4", at: return}
                    - {name: result, type: i64, value: return}
                    """,
                    "{before} -> {filled} ({same}) {after}; {written} = {return}"))
            .stream()
            .map(MemoryTest::hexToText)
            .toList());
  }

  @Test
  void aNegativeReturnValueGivesNoBytesAndSaysWhy() throws Exception {
    Path file =
        program(
            "TRACED int get(char *buffer, int n) { memset(buffer, 'x', 8); return n; }",
            "char buffer[8]; get(buffer, 3); get(buffer, -1); get(buffer, 0);");
    String spec =
        spec(
            file,
            probe(
                "get",
                "Call",
                "args: [{name: data, type: bytes, size: 8, at: return, length: return}]\n"
                    + "returns: {type: i32}",
                "<{data}> {return}"));
    try (RunningProgram program = RunningProgram.start(file);
        TracedHost host = TracedHost.start(bpf, spec)) {
      program.finish();
      assertEquals(List.of("<787878> 3", "<> -1", "<> 0"), host.finish());
      CapturedValue.Nothing none =
          assertInstanceOf(CapturedValue.Nothing.class, host.events().all().get(1).values().get(0));
      assertTrue(none.reason().contains("negative"), none.reason());
      assertInstanceOf(CapturedValue.Bytes.class, host.events().all().get(2).values().get(0));
    }
  }

  @Test
  void whatIsReadAtTheReturnIsComparedThere() throws Exception {
    Path file =
        program(
            """
            TRACED int get(char *buffer, int *count, const char *with) {
              *count = strlen(with);
              strcpy(buffer, with);
              return 1;
            }
            """,
            "static char buffer[64] = \"GET old\"; int length = 3;"
                + "get(buffer, &length, \"POST x\"); get(buffer, &length, \"GET new\"); get(buffer, &length, \"\");");
    String args =
        """
        args:
        - {name: text, type: string, index: 1, at: return}
        - {name: count, type: i32, value: "*arg2", at: return}
        - {name: data, type: bytes, index: 1, at: return, length: count}
        returns: {type: i32}
        where: ["%s"]
        """;
    for (String where :
        List.of(
            "text startsWith 'GET'",
            "data == 'GET new'",
            "count == 7",
            "return < 0 or text contains 'new'",
            "count > 6 or text == 'old'")) {
      assertEquals(
          List.of("GET new 7"),
          messages(file, probe("get", "Call", args.formatted(where), "{text} {count}")),
          where);
    }
  }

  @Test
  void anArrayShowsItsNumbers() throws Exception {
    Path file =
        program(
            """
            struct stats { long id; uint16_t counts[4]; };
            TRACED float *mean(const int32_t *numbers, const uint8_t *bytes, struct stats *stats) {
              static float means[] = {0.5f, -1.25f, 1e10f};
              return means;
            }
            """,
            """
            int32_t numbers[] = {1, -2, INT32_MAX, INT32_MIN};
            uint8_t bytes[64]; for (int i = 0; i < 64; i++) bytes[i] = 192 + i;
            struct stats stats = {1, {1, 2, 65535, 0}};
            mean(numbers, bytes, &stats); mean(NULL, bytes, &stats);
            """);
    String sixtyFour =
        IntStream.range(192, 256).mapToObj(Integer::toString).collect(Collectors.joining(", "));
    String args =
        """
        args:
        - {name: numbers, type: i32, count: 4}
        - {name: bytes, type: u8, count: 64}
        - {name: counts, type: u16, count: 4, value: arg3 + 8}
        returns: {type: f32, count: 3}
        """;
    assertEquals(
        List.of(
            "[1, -2, 2147483647, -2147483648] [%s] [1, 2, 65535, 0] [0.5, -1.25, 1.0E10]"
                .formatted(sixtyFour),
            "NULL [%s] [1, 2, 65535, 0] [0.5, -1.25, 1.0E10]".formatted(sixtyFour)),
        messages(file, probe("mean", "Call", args, "{numbers} {bytes} {counts} {return}")));
  }

  @Test
  void whatIsNotInMemoryYetIsReadAllTheSame() throws Exception {
    Path file =
        program(
            """
            #include <fcntl.h>
            struct page { long id; char text[56]; int numbers[2]; };
            TRACED long look(struct page *page) { return page ? page->id : 0; }
            """,
            """
            int fd = open(arguments[1], O_RDONLY);
            look(mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 0));
            """);
    byte[] page = new byte[4096];
    page[0] = 5;
    System.arraycopy("on disk".getBytes(StandardCharsets.UTF_8), 0, page, 8, 7);
    page[64] = 1;
    page[68] = 2;
    Path onDisk = Files.write(tools.folder().resolve("page"), page);
    String args =
        """
        args:
        - {name: id, type: i64, value: arg1->0}
        - {name: text, type: string, value: arg1 + 8}
        - {name: data, type: bytes, size: 4, value: arg1 + 8}
        - {name: numbers, type: i32, count: 2, value: arg1 + 64}
        """;
    for (String type : List.of("Entry", "Call")) {
      String spec = spec(file, probe("look", type, args, "{id} {text} {data} {numbers}"));
      try (RunningProgram program = RunningProgram.start(file, onDisk.toString());
          TracedHost host = TracedHost.start(bpf, spec)) {
        program.finish();
        assertEquals(List.of("5 on disk 6f6e2064 [1, 2]"), host.finish());
        assertEquals(new Counters(1, 1, 0, 0, 0, 0), host.counters("look"));
      }
    }
  }

  @Test
  void sixteenKilobytesOfStringsAndBytesOfACallAreKept() throws Exception {
    Path file =
        program(
            "TRACED char *four(const char *a, const char *b, void *c) { memset(c, 'c', 4096); return c; }",
            """
            static char a[4097], b[4097], c[4097]; memset(a, 'a', 4096); memset(b, 'b', 4096); four(a, b, c);
            """);
    assertEquals(
        List.of(
            "a".repeat(4096)
                + " "
                + "b".repeat(4096)
                + " "
                + "63".repeat(4096)
                + " "
                + "c".repeat(4088)
                + "..."),
        messages(
            file,
            probe(
                "four",
                "Call",
                """
                args:
                - {name: a, type: string, size: 4096}
                - {name: b, type: string, size: 4096}
                - {name: c, type: bytes, size: 4096, at: return}
                returns: {type: string, size: 4088}
                """,
                "{a} {b} {c} {return}")));
  }

  /** Sixteen paths of four pointers each, and sixteen conditions on what is there. */
  @ParameterizedTest
  @ValueSource(strings = {"Entry", "Return", "Call"})
  void asMuchAsAProbeMayReachIsWithinTheVerifiersReach(String type) throws Exception {
    Path file =
        program(
            """
            struct link { struct link *next; const char *text; long length; };
            TRACED struct link *walk(struct link *first) { return first; }
            """,
            """
            static struct link a, b, c, d; a.next = &b; b.next = &c; c.next = &d; d.text = "needle"; d.length = 3;
            walk(&a); a.next = NULL; walk(&a);
            """);
    String from = type.equals("Return") ? "return" : "arg1";
    String at = type.equals("Call") ? ", at: return" : "";
    StringBuilder fields = new StringBuilder("args:\n");
    fields.append("- {name: length, type: i64, value: %s->0->0->0->16%s}\n".formatted(from, at));
    List<String> alternatives = new ArrayList<>();
    for (int i = 1; i < 16; i++) {
      fields.append(
          "- {name: v%1$d, value: %2$s->0->0->0->8%3$s, %4$s}\n"
              .formatted(
                  i,
                  from,
                  i % 2 == 0 ? at : "",
                  i % 3 == 0 && (i % 2 == 0 || !type.equals("Call"))
                      ? "type: bytes, size: 500, length: length"
                      : "type: string, size: 500"));
      alternatives.add("v" + i + " contains '" + (i == 15 ? "nee" : "no" + i) + "'");
    }
    fields.append("where: [\"" + String.join(" or ", alternatives) + "\", \"length == 3\"]\n");

    assertEquals(
        List.of("needle 6e6565 3"),
        messages(file, probe("walk", type, fields.toString(), "{v1} {v6} {length}")));
  }

  private static String hexToText(String message) {
    StringBuilder text = new StringBuilder();
    for (String word : message.split("(?<=[ ().;])|(?=[ ().;])")) {
      boolean isHex = word.matches("(?:6[0-9a-f]|7[0-9a])+") && word.length() >= 8;
      text.append(
          isHex
              ? new String(java.util.HexFormat.of().parseHex(word), StandardCharsets.UTF_8)
              : word);
    }
    return text.toString();
  }

  private Path program(String functions, String calls) throws Exception {
    return tools.gcc(
        "program",
        RunningProgram.PROLOGUE
            + functions
            + "int main(int count, char **arguments) { ready(); "
            + calls
            + " }",
        "-O2");
  }

  private static String probe(String symbol, String type, String fields, String message) {
    return "- name: %1$s\n  symbol: %1$s\n  type: %2$s\n  message: \"%3$s\"\n"
            .formatted(symbol, type, message)
        + fields.indent(2);
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
}
